import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// An appointment: check in, or what to do instead.
StepFrame {
    id: step

    readonly property var booked: view.booked

    eyebrow: booked.name !== "" ? Words.t("kiosk.welcome.hello", {name: booked.name}) : ""
    title: booked.title
    subtitle: booked.message
    headShare: view.elder ? 0.85 : 1

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
            objectName: "booked_others"
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
