import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0
import "../.."

// Somebody whose call was missed: the code on their paper or their card, and where the hall lets them, the number alone.
StepFrame {
    id: step

    readonly property bool keys: view.missed_by_number
    readonly property bool card: view.reader === "ok"

    title: Words.t(keys ? "kiosk.ticket_number.title" : "kiosk.ticket_proof.title", {})
    subtitle: {
        if (!keys)
            return Words.t("kiosk.ticket_proof.hint", {});
        return view.elder ? "" : Words.t("kiosk.ticket_number.hint", {});
    }
    headShare: keys && view.elder ? 0.75 : 1

    head: NumberField {
        objectName: "ticket_number_field"
        visible: step.keys
        width: parent.width
        anchors.verticalCenter: parent.verticalCenter
        text: step.view.number.text
        groups: step.view.number.groups
        status: step.view.number.can_confirm ? "ok" : "typing"
        message: step.view.number.can_confirm ? Words.t("kiosk.ticket_number.next", {}) : step.view.number.message
    }

    ColumnLayout {
        objectName: "ticket_proof"
        visible: !step.keys
        anchors.fill: parent
        spacing: Theme.spaceL

        CardPicture {
            visible: step.card
            reading: step.view.reading
            lying: step.view.card_on_reader
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.maximumHeight: 3.6 * Theme.touchKey
        }
        Told {
            iconName: "qr"
            strong: true
            text: Words.t("kiosk.ticket_proof.code", {})
        }
        Told {
            visible: step.card
            iconName: "id-card"
            strong: true
            text: step.view.reading ? Words.t("kiosk.start.reading", {}) : Words.t("kiosk.ticket_proof.card", {})
        }
        Told {
            iconName: "people"
            text: Words.t("kiosk.ticket_proof.neither", {})
        }
        Item {
            Layout.fillHeight: true
            Layout.preferredHeight: 1
        }
    }

    ColumnLayout {
        visible: step.keys
        anchors.fill: parent
        spacing: step.view.elder ? Theme.touchGap : Theme.spaceL

        CodeKeypad {
            wide: step.wide
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.maximumHeight: 6 * Theme.touchTarget + 5 * Theme.spaceS
            onKey: text => step.desk.ticket_number_key(text)
        }
        BigButton {
            objectName: "ticket_number_confirm"
            kind: "primary"
            role: "title"
            text: Words.t("kiosk.number.confirm", {})
            enabled: step.view.number.can_confirm
            Layout.fillWidth: true
            Layout.preferredHeight: step.wide && step.view.elder ? Theme.touchTarget : Theme.touchKey
            onClicked: step.desk.confirm_ticket_number()
        }
        Item {
            Layout.fillHeight: true
            Layout.preferredHeight: 1
        }
    }
}
