pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// Digits above letters, for codes. key(text): "0".."9" "A".."Z" "backspace" "clear".
ColumnLayout {
    id: pad

    // Wider than high where the screen is.
    property bool wide: false

    signal key(string text)

    spacing: Theme.spaceS

    GridLayout {
        columns: pad.wide ? 9 : 7
        columnSpacing: Theme.spaceS
        rowSpacing: Theme.spaceS
        uniformCellWidths: true
        uniformCellHeights: true
        Layout.fillWidth: true
        Layout.fillHeight: true

        Repeater {
            model: 36

            delegate: KeyCap {
                id: cap

                required property int index
                readonly property string sign: "1234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ".charAt(index)

                objectName: "key_" + sign
                text: sign
                implicitWidth: Theme.touchTarget / 2
                implicitHeight: Theme.touchTarget * 0.82
                onClicked: pad.key(sign)
            }
        }
        KeyCap {
            objectName: "key_clear"
            text: Words.t("ui.keypad.clear", {})
            quiet: true
            implicitWidth: Theme.touchTarget
            implicitHeight: Theme.touchTarget * 0.82
            Layout.columnSpan: pad.wide ? 4 : 3
            onClicked: pad.key("clear")
        }
        KeyCap {
            objectName: "key_backspace"
            text: Words.t("ui.keypad.backspace", {})
            iconName: "backspace"
            quiet: true
            autoRepeat: true
            implicitWidth: Theme.touchTarget
            implicitHeight: Theme.touchTarget * 0.82
            Layout.columnSpan: pad.wide ? 5 : 3
            onClicked: pad.key("backspace")
        }
    }
}
