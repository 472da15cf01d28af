import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0
import "../.."

// A rule against hoarding gave no number: the one they have, or why there is none, and what can be done. And a ticket
// that came back: its call was missed, or how it stands.
StepFrame {
    id: step

    readonly property var limit: view.limit
    readonly property bool holds: limit.number !== ""
    readonly property bool calm: holds && !limit.warn
    // The first thing to touch; the others stand back.
    readonly property string first: limit.can_return ? "return" : limit.can_print ? (view.step === "missed" ? "leave" : "print") : limit.can_choose ? "choose" : "leave"

    title: limit.title
    subtitle: holds && !view.elder ? limit.service : ""
    headShare: view.elder ? 0.6 : 0.72

    head: Rectangle {
        // Large words need its place.
        visible: step.wide || !step.view.elder
        anchors.centerIn: parent
        width: Math.min(2.4 * Theme.iconL, parent.height - 2 * Theme.spaceS)
        height: width
        radius: width / 2
        color: step.holds ? Theme.primarySoft : Theme.warnSoft

        Icon {
            anchors.centerIn: parent
            name: step.holds ? "ticket" : "warning"
            size: Math.max(1, Math.round(parent.width * 0.58))
            color: step.holds ? Theme.primary : Theme.warn
        }
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: step.view.elder ? Theme.spaceM : Theme.spaceL

        Card {
            id: sheet

            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.minimumHeight: 0
            Layout.maximumHeight: lines.implicitHeight + 2 * padding
            implicitHeight: lines.implicitHeight + 2 * padding

            ColumnLayout {
                id: lines

                width: parent.width
                // Long words in large letters: everything a little smaller is better than something cut off.
                scale: Math.min(1, parent.height / implicitHeight)
                transformOrigin: Item.Top
                spacing: Theme.spaceM

                GridLayout {
                    visible: step.holds
                    // Beside each other where the room is in the width.
                    columns: step.wide || step.view.elder ? 2 : 1
                    columnSpacing: Theme.spaceXl
                    rowSpacing: Theme.spaceM
                    Layout.fillWidth: true

                    Label {
                        objectName: "limited_number"
                        text: step.limit.number
                        role: parent.columns === 2 ? "display" : "number"
                        strong: true
                        color: Theme.primary
                        horizontalAlignment: Text.AlignHCenter
                        lineHeight: 0.85
                        Layout.fillWidth: parent.columns === 1
                    }
                    RowLayout {
                        visible: step.limit.ahead !== ""
                        spacing: Theme.spaceL
                        Layout.fillWidth: true

                        Fact {
                            label: Words.t("kiosk.ticket.ahead", {})
                            text: step.limit.ahead
                            textName: "limited_ahead"
                            role: "title"
                            Layout.preferredWidth: 1
                        }
                        Fact {
                            visible: text !== "" && !step.view.elder
                            label: Words.t("kiosk.ticket.wait", {})
                            text: step.limit.wait
                            textName: "limited_wait"
                            role: "lead"
                            Layout.preferredWidth: 1
                        }
                    }
                }
                Told {
                    objectName: "limited_text"
                    iconName: step.calm ? "info" : "warning"
                    color: step.calm ? Theme.primary : Theme.warn
                    text: step.limit.text
                    strong: !step.calm || step.limit.can_return
                }
                Told {
                    visible: step.limit.todo !== "" && !step.view.elder
                    iconName: "info"
                    text: step.limit.todo
                }
            }
        }
        Item {
            Layout.fillHeight: true
        }
        GridLayout {
            columns: step.wide ? 2 : 1
            columnSpacing: Theme.touchGap
            rowSpacing: step.view.elder ? Theme.spaceM : Theme.spaceL
            uniformCellWidths: true
            Layout.fillWidth: true
            Layout.bottomMargin: step.view.elder ? 0 : Theme.spaceL

            BigButton {
                objectName: "limited_return"
                visible: step.limit.can_return
                kind: "primary"
                // Beside another one, large words need the narrower letters.
                role: step.wide && step.view.elder ? "lead" : "title"
                iconName: "undo"
                enabled: !step.limit.busy
                text: step.limit.busy ? Words.t("kiosk.missed.returning", {}) : Words.t("kiosk.missed.return", {})
                Layout.fillWidth: true
                Layout.preferredHeight: Theme.touchKey
                onClicked: step.desk.come_back()
            }
            BigButton {
                objectName: "limited_print"
                visible: step.limit.can_print
                kind: step.first === "print" ? "primary" : "secondary"
                role: step.first === "print" ? "title" : "lead"
                iconName: "printer"
                text: Words.t("kiosk.limited.print", {})
                Layout.fillWidth: true
                Layout.preferredHeight: Theme.touchKey
                onClicked: step.desk.print_held()
            }
            BigButton {
                objectName: "limited_choose"
                visible: step.limit.can_choose
                kind: step.first === "choose" ? "primary" : "secondary"
                role: step.first === "choose" ? "title" : "lead"
                text: Words.t(step.view.step === "missed" ? "kiosk.welcome.others" : "kiosk.limited.choose", {})
                Layout.fillWidth: true
                Layout.preferredHeight: Theme.touchKey
                onClicked: step.desk.all_services()
            }
            BigButton {
                objectName: "limited_leave"
                visible: !step.limit.can_return
                kind: step.first === "leave" ? "primary" : "secondary"
                text: Words.t("kiosk.limited.leave", {})
                Layout.fillWidth: true
                Layout.preferredHeight: step.view.elder && !step.wide ? Theme.touchTarget : Theme.touchKey
                onClicked: step.desk.home()
            }
        }
    }
}
