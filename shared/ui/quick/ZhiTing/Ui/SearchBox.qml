import QtQuick
import QtQuick.Layouts

// Shows what is being searched for; a LetterKeypad (or a scanner, or speech) does the typing.
Rectangle {
    id: box

    property string text
    property string placeholder: Words.t("ui.search.placeholder", {})
    property int found: -1

    signal cleared

    implicitWidth: 14 * Theme.textLead
    implicitHeight: Theme.touchTarget
    radius: Theme.radiusM
    color: Theme.surface
    border.color: text === "" ? Theme.lineStrong : Theme.primary
    border.width: Theme.borderStrong
    Accessible.role: Accessible.EditableText
    Accessible.name: placeholder
    Accessible.searchEdit: true

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: Theme.spaceM
        anchors.rightMargin: Theme.spaceXs
        spacing: Theme.spaceM

        Icon {
            name: "search"
            color: Theme.primary
            size: Theme.iconM
        }
        Label {
            text: box.text === "" ? box.placeholder : box.text
            role: box.text === "" ? "body" : "title"
            muted: box.text === ""
            strong: box.text !== ""
            font.letterSpacing: box.text === "" ? 0 : Theme.borderStrong
            wrapMode: Text.NoWrap
            elide: box.text === "" ? Text.ElideRight : Text.ElideLeft
            Layout.fillWidth: true
        }
        Label {
            visible: box.text !== "" && box.found >= 0
            text: box.found > 0 ? Words.t("ui.search.result", {n: box.found}) : Words.t("ui.search.none", {})
            role: "caption"
            color: box.found > 0 ? Theme.muted : Theme.warn
            maximumLineCount: 2
            Layout.maximumWidth: box.width / 3
        }
        Touchable {
            objectName: "search_clear"
            visible: box.text !== ""
            text: Words.t("ui.keypad.clear", {})
            fill: "transparent"
            edgeWidth: 0
            Layout.preferredWidth: Theme.touchTarget - Theme.spaceS
            Layout.preferredHeight: Theme.touchTarget - Theme.spaceS
            onClicked: box.cleared()

            contentItem: Item {
                Icon {
                    anchors.centerIn: parent
                    name: "close"
                    size: Theme.iconS
                    color: Theme.muted
                }
            }
        }
    }
}
