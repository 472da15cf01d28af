pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts

// A-Z for searching by pinyin initials. key(text): "A".."Z", "backspace", "clear".
GridLayout {
    id: pad

    // Less where a whole screen has to fit.
    property real keyHeight: Theme.touchTarget

    signal key(string text)

    columns: 7
    columnSpacing: Theme.spaceS
    rowSpacing: Theme.spaceS
    uniformCellWidths: true
    uniformCellHeights: true

    Repeater {
        model: 26

        delegate: KeyCap {
            id: cap

            required property int index
            readonly property string sign: String.fromCharCode(65 + index)

            objectName: "key_" + sign
            text: sign
            implicitWidth: Theme.touchTarget
            implicitHeight: pad.keyHeight
            onClicked: pad.key(sign)
        }
    }
    KeyCap {
        objectName: "key_clear"
        text: Words.t("ui.keypad.clear", {})
        quiet: true
        implicitWidth: Theme.touchTarget
        implicitHeight: pad.keyHeight
        onClicked: pad.key("clear")
    }
    KeyCap {
        objectName: "key_backspace"
        text: Words.t("ui.keypad.backspace", {})
        iconName: "backspace"
        quiet: true
        autoRepeat: true
        implicitWidth: Theme.touchTarget
        implicitHeight: pad.keyHeight
        onClicked: pad.key("backspace")
    }
}
