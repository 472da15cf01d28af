import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// The number on the paper of somebody whose call was missed.
StepFrame {
    id: step

    title: Words.t("kiosk.ticket_number.title", {})
    subtitle: view.elder ? "" : Words.t("kiosk.ticket_number.hint", {})
    headShare: view.elder ? 0.75 : 1

    head: NumberField {
        objectName: "ticket_number_field"
        width: parent.width
        anchors.verticalCenter: parent.verticalCenter
        text: step.view.number.text
        groups: step.view.number.groups
        status: step.view.number.can_confirm ? "ok" : "typing"
        message: step.view.number.can_confirm ? Words.t("kiosk.ticket_number.next", {}) : step.view.number.message
    }

    ColumnLayout {
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
