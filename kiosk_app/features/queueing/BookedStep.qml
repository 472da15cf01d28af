import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0
import "../.."

// An appointment: check in, or what to do instead.
StepFrame {
    id: step

    readonly property var booked: view.booked
    // Nothing to do here now: it stands, or they have checked in.
    readonly property bool stands: ["early", "other_day", "booked", "checked_in"].includes(booked.code)

    eyebrow: booked.name !== "" ? Words.t("kiosk.welcome.hello", {name: booked.name}) : ""
    title: booked.title
    // Beside the buttons there is room; above them long words in large letters would be cut off.
    subtitle: wide ? booked.message : ""
    headShare: view.elder ? 0.7 : 0.85

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.touchGap

        Card {
            objectName: "booked_card"
            fill: Theme.primarySoft
            edge: Theme.primary
            Layout.fillWidth: true
            implicitHeight: lines.implicitHeight + 2 * padding

            ColumnLayout {
                id: lines

                width: parent.width
                spacing: Theme.spaceM

                Label {
                    objectName: "booked_service"
                    text: step.booked.service
                    role: "title"
                    strong: true
                    maximumLineCount: 3
                    Layout.fillWidth: true
                }
                Told {
                    iconName: "clock"
                    text: step.booked.when
                    strong: true
                }
                Told {
                    objectName: "booked_message"
                    visible: !step.wide
                    iconName: "info"
                    text: step.booked.message
                }
            }
        }
        BigButton {
            objectName: "booked_check_in"
            visible: step.booked.can_check_in
            kind: "primary"
            role: "title"
            iconName: "ticket"
            text: Words.t("kiosk.booked.check_in", {})
            Layout.fillWidth: true
            Layout.preferredHeight: 1.3 * Theme.touchKey
            Layout.topMargin: Theme.spaceL
            onClicked: step.desk.check_in()
        }
        BigButton {
            objectName: "booked_leave"
            visible: step.stands
            kind: "primary"
            text: Words.t("kiosk.limited.leave", {})
            Layout.fillWidth: true
            Layout.preferredHeight: 1.2 * Theme.touchKey
            Layout.topMargin: Theme.spaceL
            onClicked: step.desk.home()
        }
        BigButton {
            objectName: "booked_others"
            kind: step.booked.can_check_in || step.stands ? "secondary" : "primary"
            text: Words.t("kiosk.welcome.others", {})
            iconName: "list"
            Layout.fillWidth: true
            Layout.preferredHeight: 1.2 * Theme.touchKey
            onClicked: step.desk.all_services()
        }
        Item {
            Layout.fillHeight: true
        }
    }
}
