import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// What is not there, and what to do instead.
ColumnLayout {
    id: nothing

    property string words
    property string hint

    spacing: Theme.spaceM

    Item {
        Layout.fillHeight: true
    }
    Icon {
        name: "info"
        size: Theme.iconL
        color: Theme.primary
        Layout.alignment: Qt.AlignHCenter
    }
    Label {
        objectName: "list_empty"
        text: nothing.words
        role: "title"
        strong: true
        horizontalAlignment: Text.AlignHCenter
        maximumLineCount: 3
        Layout.fillWidth: true
    }
    Label {
        visible: text !== ""
        text: nothing.hint
        role: "lead"
        muted: true
        horizontalAlignment: Text.AlignHCenter
        maximumLineCount: 3
        Layout.fillWidth: true
    }
    Item {
        Layout.fillHeight: true
    }
}
