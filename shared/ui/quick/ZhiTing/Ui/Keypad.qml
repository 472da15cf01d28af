pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts

// Digits, X for identity numbers, backspace, clear, and a confirm key when confirmText is set.
// key(text): "0".."9", "X", "backspace", "clear", "confirm".
GridLayout {
    id: pad

    property bool withX: true
    property string confirmText
    property bool confirmEnabled: true
    // Less where a whole screen has to fit.
    property real keyHeight: Theme.touchKey

    signal key(string text)

    readonly property var rows_: [["1", "2", "3"], ["4", "5", "6"], ["7", "8", "9"], [withX ? "X" : "", "0", ""]]

    columns: 4
    columnSpacing: Theme.touchGap
    rowSpacing: Theme.touchGap
    uniformCellWidths: true
    uniformCellHeights: true

    Repeater {
        model: 12

        delegate: KeyCap {
            id: cap

            required property int index
            readonly property string sign: pad.rows_[Math.floor(index / 3)][index % 3]

            objectName: "key_" + sign
            visible: sign !== ""
            text: sign
            implicitHeight: pad.keyHeight
            Layout.row: Math.floor(index / 3)
            Layout.column: sign === "0" && !pad.withX ? 0 : index % 3
            Layout.columnSpan: sign === "0" ? (pad.withX ? 2 : 3) : 1
            onClicked: pad.key(sign)
        }
    }
    KeyCap {
        objectName: "key_backspace"
        implicitHeight: pad.keyHeight
        text: Words.t("ui.keypad.backspace", {})
        iconName: "backspace"
        quiet: true
        autoRepeat: true
        Layout.row: 0
        Layout.column: 3
        Layout.rowSpan: pad.confirmText === "" ? 2 : 1
        onClicked: pad.key("backspace")
    }
    KeyCap {
        objectName: "key_clear"
        implicitHeight: pad.keyHeight
        text: Words.t("ui.keypad.clear", {})
        quiet: true
        Layout.row: pad.confirmText === "" ? 2 : 1
        Layout.column: 3
        Layout.rowSpan: pad.confirmText === "" ? 2 : 1
        onClicked: pad.key("clear")
    }
    KeyCap {
        objectName: "key_confirm"
        implicitHeight: pad.keyHeight
        visible: pad.confirmText !== ""
        text: pad.confirmText
        accent: true
        enabled: pad.confirmEnabled
        Layout.row: 2
        Layout.column: 3
        Layout.rowSpan: 2
        onClicked: pad.key("confirm")
    }
}
