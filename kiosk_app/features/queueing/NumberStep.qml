import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0
import "../.."

// A number by hand; what is wrong with it is said at once.
StepFrame {
    id: step

    readonly property var number: view.number
    readonly property bool plain: !number.letters
    // Large letters on a low screen: the keys share what the other rows leave.
    readonly property real keyHeight: Math.min(Theme.touchKey, (keys.height - ways.height - confirm.height - 2 * keys.spacing - 3 * Theme.touchGap) / 4)

    title: number.organisation ? Words.t("kiosk.number.title_code", {}) : Words.t("kiosk.number.title_person", {})
    headShare: view.elder ? 0.75 : 1
    subtitle: {
        if (view.elder)
            return "";
        if (view.service !== "")
            return view.service;
        return number.organisation ? Words.t("kiosk.number.hint_code", {}) : Words.t("kiosk.number.hint_person", {});
    }

    head: NumberField {
        objectName: "number_field"
        width: parent.width
        anchors.verticalCenter: parent.verticalCenter
        text: step.number.text
        groups: step.number.groups
        status: step.number.status
        message: step.number.message
    }

    ColumnLayout {
        id: keys

        anchors.fill: parent
        spacing: step.view.elder ? Theme.touchGap : Theme.spaceL

        RowLayout {
            id: ways

            spacing: Theme.touchGap
            Layout.fillWidth: true

            Choice {
                objectName: "number_person"
                text: Words.t("kiosk.number.person", {})
                selected: !step.number.organisation
                onClicked: step.desk.number_of_organisation(false)
            }
            Choice {
                objectName: "number_organisation"
                text: Words.t("kiosk.number.organisation", {})
                selected: step.number.organisation
                onClicked: step.desk.number_of_organisation(true)
            }
            BigButton {
                objectName: "number_letters"
                visible: !step.number.organisation
                role: "body"
                kind: "quiet"
                text: step.number.letters ? Words.t("kiosk.number.digits", {}) : Words.t("kiosk.number.letters", {})
                Layout.preferredHeight: Theme.touchTarget
                onClicked: step.desk.number_letters(!step.number.letters)
            }
        }
        Keypad {
            visible: step.plain
            keyHeight: step.keyHeight
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.maximumHeight: 5.2 * Theme.touchKey
            onKey: text => step.desk.number_key(text)
        }
        CodeKeypad {
            visible: !step.plain
            wide: step.wide
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.maximumHeight: 6 * Theme.touchTarget + 5 * Theme.spaceS
            onKey: text => step.desk.number_key(text)
        }
        BigButton {
            id: confirm

            objectName: "number_confirm"
            kind: "primary"
            role: "title"
            text: Words.t("kiosk.number.confirm", {})
            enabled: step.number.can_confirm
            Layout.fillWidth: true
            Layout.preferredHeight: step.wide && step.view.elder ? Theme.touchTarget : Theme.touchKey
            onClicked: step.desk.confirm_number()
        }
        Item {
            Layout.fillHeight: true
            Layout.preferredHeight: 1
        }
    }
}
