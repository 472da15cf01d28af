import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// One line of a text: a head, a paragraph, a point, a fact with its name before it, a picture.
GridLayout {
    id: row

    property var line: ({text: "", kind: "text", label: "", note: "", badge: "", picture: ""})

    // How wide it may be: what a line asks for must not follow from what it got.
    property real room: 0

    readonly property bool fact: line.kind === "fact"
    readonly property bool point: line.kind === "point"

    columns: 2
    columnSpacing: Theme.spaceM
    rowSpacing: Theme.spaceXs

    Image {
        visible: row.line.kind === "picture"
        source: row.line.picture
        sourceSize: Qt.size(Math.max(1, row.room), 0)
        asynchronous: true
        fillMode: Image.PreserveAspectFit
        Layout.columnSpan: 2
        Layout.fillWidth: true
        Layout.preferredHeight: implicitWidth > 0 ? Math.min(implicitHeight, row.room * implicitHeight / implicitWidth) : 0
    }
    Label {
        visible: row.fact && text !== ""
        text: row.line.label
        muted: true
        Layout.preferredWidth: row.room * 0.28
        Layout.alignment: Qt.AlignTop
    }
    Label {
        visible: row.point
        text: row.line.label !== "" ? row.line.label : "\u2022"
        strong: true
        color: Theme.primary
        Layout.alignment: Qt.AlignTop
    }
    ColumnLayout {
        spacing: Theme.spaceXs
        Layout.fillWidth: true
        Layout.columnSpan: (row.fact && row.line.label !== "") || row.point ? 1 : 2

        RowLayout {
            spacing: Theme.spaceM
            Layout.fillWidth: true

            Label {
                visible: text !== ""
                text: row.line.text
                role: row.line.kind === "heading" ? "lead" : "body"
                strong: row.line.kind === "heading" || row.fact || row.line.badge !== "" || (row.point && row.line.note !== "")
                color: row.line.kind === "heading" ? Theme.primary : Theme.foreground
                lineHeight: 1.15
                horizontalAlignment: row.line.kind === "picture" ? Text.AlignHCenter : Text.AlignLeft
                Layout.fillWidth: true
            }
            Badge {
                visible: text !== ""
                text: row.line.badge
                tone: "info"
                Layout.alignment: Qt.AlignTop
            }
        }
        Label {
            visible: text !== ""
            text: row.line.note
            role: "caption"
            muted: true
            lineHeight: 1.1
            Layout.fillWidth: true
        }
    }
}
