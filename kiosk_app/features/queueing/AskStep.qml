import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// The chosen service wants to know who comes; after that the ticket follows by itself.
StepFrame {
    id: step

    readonly property bool card: view.reader === "ok"

    title: Words.t("kiosk.ask.title", {})

    head: Card {
        objectName: "ask_service"
        width: parent.width
        height: Math.min(parent.height, implicitHeight)
        anchors.verticalCenter: parent.verticalCenter
        fill: Theme.primarySoft
        edge: Theme.primary

        RowLayout {
            width: parent.width
            spacing: Theme.spaceM

            Icon {
                name: "document"
                color: Theme.primary
            }
            Label {
                text: step.view.service
                role: "title"
                strong: true
                maximumLineCount: 3
                Layout.fillWidth: true
            }
        }
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.spaceL

        ColumnLayout {
            objectName: "ask_card_hint"
            spacing: Theme.spaceM
            Layout.fillWidth: true
            Layout.fillHeight: true

            CardPicture {
                visible: step.card
                reading: step.view.reading
                lying: step.view.card_on_reader
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.maximumHeight: 3.6 * Theme.touchKey
            }
            Label {
                text: {
                    if (!step.card)
                        return Words.t("kiosk.ask.no_reader", {});
                    return step.view.reading ? Words.t("kiosk.start.reading", {}) : Words.t("kiosk.ask.card", {});
                }
                role: "title"
                strong: true
                color: Theme.primary
                horizontalAlignment: Text.AlignHCenter
                Layout.fillWidth: true
            }
            Label {
                text: {
                    if (!step.card)
                        return Words.t("kiosk.ask.no_reader_hint", {});
                    return step.view.card_on_reader && !step.view.reading ? Words.t("kiosk.start.again", {}) : Words.t("kiosk.ask.card_hint", {});
                }
                role: "lead"
                muted: true
                horizontalAlignment: Text.AlignHCenter
                Layout.fillWidth: true
            }
        }
        BigButton {
            objectName: "ask_type_number"
            text: Words.t("kiosk.ask.number", {})
            iconName: "keypad"
            kind: step.card ? "secondary" : "primary"
            Layout.fillWidth: true
            Layout.preferredHeight: 1.3 * Theme.touchKey
            Layout.bottomMargin: Theme.spaceL
            onClicked: step.desk.type_number()
        }
    }
}
