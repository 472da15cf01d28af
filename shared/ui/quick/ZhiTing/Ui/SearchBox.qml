import QtQuick
import QtQuick.Layouts

// Shows what is being typed, mostly to search for it; a LetterKeypad or Keyboard (or a scanner, or speech) types.
Rectangle {
    id: box

    property string text
    // What is typed but not yet turned into characters: underlined, as input methods do.
    property string letters
    property string placeholder: Words.t("ui.search.placeholder", {})
    property int found: -1
    property string iconName: "search"

    signal cleared

    readonly property bool empty: text === "" && letters === ""

    implicitWidth: 14 * Theme.textLead
    implicitHeight: Theme.touchTarget
    radius: Theme.radiusM
    color: Theme.surface
    border.color: empty ? Theme.lineStrong : Theme.primary
    border.width: Theme.borderStrong
    Accessible.role: Accessible.EditableText
    Accessible.name: placeholder
    Accessible.searchEdit: iconName === "search"

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: Theme.spaceM
        anchors.rightMargin: Theme.spaceXs
        spacing: Theme.spaceM

        Icon {
            name: box.iconName
            color: Theme.primary
            size: Theme.iconM
        }
        Label {
            visible: box.empty
            text: box.placeholder
            muted: true
            wrapMode: Text.NoWrap
            Layout.fillWidth: true
        }
        RowLayout {
            visible: !box.empty
            spacing: Theme.spaceXs
            Layout.fillWidth: true

            Label {
                objectName: "search_text"
                visible: text !== ""
                text: box.text
                role: "title"
                strong: true
                font.letterSpacing: Theme.borderStrong
                wrapMode: Text.NoWrap
                elide: Text.ElideLeft
                Layout.fillWidth: true
                // A hair wider, or what fits exactly is elided.
                Layout.maximumWidth: Math.ceil(implicitWidth) + Theme.borderStrong
            }
            Label {
                text: box.letters
                role: "title"
                strong: true
                color: Theme.primary
                font.underline: true
                font.letterSpacing: Theme.borderStrong
                wrapMode: Text.NoWrap
                elide: Text.ElideLeft
                Layout.fillWidth: true
            }
        }
        Label {
            visible: !box.empty && box.found >= 0
            text: box.found > 0 ? Words.t("ui.search.result", {n: box.found}) : Words.t("ui.search.none", {})
            role: "caption"
            color: box.found > 0 ? Theme.muted : Theme.warn
            maximumLineCount: 2
            Layout.maximumWidth: box.width / 3
        }
        Touchable {
            objectName: "search_clear"
            visible: !box.empty
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
