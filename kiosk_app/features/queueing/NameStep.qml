import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0
import "../.."

// The name of the person whose number was typed for them: letters become characters in the strip above the keys.
StepFrame {
    id: step

    readonly property var name: view.name
    // Strip, five rows of keys and the two buttons share what is within reach.
    readonly property real row: Math.min(Theme.touchTarget, (keys.height - 6 * Theme.spaceS - Theme.touchGap) / 7)

    title: Words.t("kiosk.name.title", {})
    subtitle: view.elder && !wide ? "" : Words.t("kiosk.name.hint", {})
    headShare: view.elder ? 0.8 : 1

    head: SearchBox {
        objectName: "name_box"
        width: parent.width
        height: Theme.touchKey
        anchors.verticalCenter: parent.verticalCenter
        iconName: "person"
        text: step.name.text
        letters: step.name.letters
        placeholder: Words.t("kiosk.name.placeholder", {})
        onCleared: step.desk.name_key("clear")
    }

    ColumnLayout {
        id: keys

        anchors.fill: parent
        spacing: Theme.spaceS

        CandidateStrip {
            // Its place is kept: the keys do not move under a finger.
            opacity: candidates.length > 0 ? 1 : 0
            candidates: step.name.strip.candidates
            cells: step.name.strip.cells
            page: step.name.strip.page
            pages: step.name.strip.pages
            Layout.fillWidth: true
            Layout.preferredHeight: step.row
            onChosen: text => step.desk.take_name(text)
            onTurned: by => step.desk.turn_name_strip(by)
        }
        Keyboard {
            layout: step.name.layout
            capital: step.name.capital
            keyHeight: step.row
            Layout.fillWidth: true
            Layout.preferredHeight: implicitHeight
            Layout.maximumHeight: implicitHeight
            onKey: text => step.desk.name_key(text)
        }
        RowLayout {
            spacing: Theme.touchGap
            Layout.fillWidth: true
            Layout.topMargin: Theme.touchGap - Theme.spaceS

            BigButton {
                objectName: "name_without"
                kind: "quiet"
                role: "body"
                text: Words.t("kiosk.name.without", {})
                Layout.fillWidth: true
                Layout.preferredWidth: 2
                Layout.preferredHeight: step.row
                onClicked: step.desk.without_name()
            }
            BigButton {
                objectName: "name_confirm"
                kind: "primary"
                text: Words.t("kiosk.name.confirm", {})
                enabled: step.name.can_confirm
                Layout.fillWidth: true
                Layout.preferredWidth: 3
                Layout.preferredHeight: step.row
                onClicked: step.desk.confirm_name()
            }
        }
        Item {
            Layout.fillHeight: true
            Layout.preferredHeight: 1
        }
    }
}
