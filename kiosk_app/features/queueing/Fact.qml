import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// A small word over a large one.
ColumnLayout {
    id: fact

    property string label
    property string text
    property string textName
    property string role: "title"

    visible: text !== ""
    spacing: 0
    Layout.fillWidth: true
    Layout.alignment: Qt.AlignTop

    Label {
        text: fact.label
        role: "caption"
        muted: true
        Layout.fillWidth: true
    }
    Label {
        objectName: fact.textName
        text: fact.text
        role: fact.role
        strong: true
        maximumLineCount: 2
        Layout.fillWidth: true
    }
}
