import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// One line of what is going on, with its sign.
RowLayout {
    id: told

    property string iconName
    property string text
    property bool strong: false
    property color color: Theme.primary

    spacing: Theme.spaceM
    Layout.fillWidth: true

    Icon {
        name: told.iconName
        size: Theme.iconM
        color: told.color
        Layout.alignment: Qt.AlignTop
        // In the middle of the first line.
        Layout.topMargin: Math.max(0, (1.5 * Theme.sizeOf("lead") - size) / 2)
    }
    Label {
        text: told.text
        role: "lead"
        strong: told.strong
        lineHeight: 1.1
        Layout.fillWidth: true
        Layout.alignment: Qt.AlignVCenter
    }
}
