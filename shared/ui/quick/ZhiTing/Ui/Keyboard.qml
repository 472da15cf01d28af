pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts

// A keyboard of our own, with large keys in the order of the alphabet, as on the search screen: whoever never learnt
// where typists look for letters finds them too. layout: pinyin | latin | digits.
// key(text): a sign, "backspace", "clear", "space", "shift", or a layout. objectNames: key_a, key_7, key_space …
ColumnLayout {
    id: pad

    property string layout: "pinyin"
    property bool capital: false
    // Less where a whole screen has to fit.
    property real keyHeight: Theme.touchTarget

    signal key(string text)

    readonly property string signs: layout === "digits" ? "1234567890-·.,:/@&#()_+!?*" : "abcdefghijklmnopqrstuvwxyz"

    spacing: Theme.spaceS

    GridLayout {
        columns: 7
        columnSpacing: Theme.spaceS
        rowSpacing: Theme.spaceS
        uniformCellWidths: true
        uniformCellHeights: true
        Layout.fillWidth: true

        Repeater {
            model: 26

            delegate: KeyCap {
                id: cap

                required property int index
                readonly property string sign: pad.signs.charAt(index)

                objectName: "key_" + sign
                text: pad.capital && pad.layout === "latin" ? sign.toUpperCase() : sign
                implicitWidth: Theme.touchTarget / 2
                implicitHeight: pad.keyHeight
                onClicked: pad.key(sign)
            }
        }
        KeyCap {
            objectName: "key_clear"
            text: Words.t("ui.keypad.clear", {})
            quiet: true
            implicitWidth: Theme.touchTarget / 2
            implicitHeight: pad.keyHeight
            onClicked: pad.key("clear")
        }
        KeyCap {
            objectName: "key_backspace"
            text: Words.t("ui.keypad.backspace", {})
            iconName: "backspace"
            quiet: true
            autoRepeat: true
            implicitWidth: Theme.touchTarget / 2
            implicitHeight: pad.keyHeight
            onClicked: pad.key("backspace")
        }
    }
    GridLayout {
        columns: 7
        columnSpacing: Theme.spaceS
        uniformCellWidths: true
        Layout.fillWidth: true

        Repeater {
            model: ["pinyin", "latin", "digits"]

            delegate: KeyCap {
                id: way

                required property string modelData

                objectName: "key_" + modelData
                text: Words.t("ui.keypad." + modelData, {})
                quiet: pad.layout !== modelData
                soft: pad.layout === modelData
                implicitWidth: Theme.touchTarget / 2
                implicitHeight: pad.keyHeight
                onClicked: pad.key(modelData)
            }
        }
        KeyCap {
            objectName: "key_space"
            text: Words.t("ui.keypad.space", {})
            implicitWidth: Theme.touchTarget
            implicitHeight: pad.keyHeight
            Layout.columnSpan: 3
            onClicked: pad.key("space")
        }
        KeyCap {
            objectName: pad.layout === "latin" ? "key_shift" : "key_dot"
            text: pad.layout === "latin" ? Words.t("ui.keypad.shift", {}) : "·"
            soft: pad.layout === "latin" && pad.capital
            quiet: pad.layout === "latin" && !pad.capital
            implicitWidth: Theme.touchTarget / 2
            implicitHeight: pad.keyHeight
            onClicked: pad.key(pad.layout === "latin" ? "shift" : "·")
        }
    }
}
