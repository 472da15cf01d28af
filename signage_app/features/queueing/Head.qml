import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// Which hall, which area, what time.
Rectangle {
    id: head

    required property var view
    required property bool upright

    implicitHeight: grid.implicitHeight + 2 * Theme.spaceXs
    color: Theme.primary
    Accessible.role: Accessible.TitleBar
    Accessible.name: view.hall + " " + view.zone

    GridLayout {
        id: grid

        anchors.verticalCenter: parent.verticalCenter
        x: Theme.spaceL
        width: parent.width - 2 * Theme.spaceL
        columns: head.upright ? 2 : 4
        columnSpacing: Theme.spaceL
        rowSpacing: 0

        Label {
            objectName: "head_hall"
            text: head.view.hall
            role: head.upright ? "lead" : "title"
            strong: true
            color: Theme.primaryText
            maximumLineCount: 1
            wrapMode: Text.NoWrap
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: Theme.textCaption * 0.7
            Layout.fillWidth: head.upright
            Layout.preferredWidth: Math.min(implicitWidth, head.width * (head.upright ? 1 : 0.33))
            Layout.row: 0
            Layout.column: 0
            Accessible.ignored: true
        }
        ColumnLayout {
            spacing: 0
            Layout.fillWidth: true
            Layout.minimumWidth: head.width * 0.16
            Layout.row: head.upright ? 1 : 0
            Layout.column: head.upright ? 0 : 1

            Label {
                objectName: "head_zone"
                text: head.view.zone || head.view.hall_second
                role: "caption"
                strong: true
                color: Theme.primaryText
                // A hall's name in another language is long; where no area is named it has its line, too.
                maximumLineCount: head.view.zone || head.upright ? 1 : 2
                wrapMode: maximumLineCount > 1 ? Text.Wrap : Text.NoWrap
                fontSizeMode: maximumLineCount > 1 ? Text.FixedSize : Text.HorizontalFit
                minimumPixelSize: Theme.textCaption * 0.7
                Layout.fillWidth: true
                Accessible.ignored: true
            }
            Label {
                visible: text !== ""
                text: head.view.zone ? head.view.zone_second : ""
                role: "caption"
                color: Theme.primaryTextMuted
                maximumLineCount: 1
                wrapMode: Text.NoWrap
                Layout.fillWidth: true
                Accessible.ignored: true
            }
        }
        Label {
            objectName: "date"
            text: head.view.date
            role: head.upright ? "caption" : "body"
            color: Theme.primaryText
            wrapMode: Text.NoWrap
            Layout.alignment: Qt.AlignRight | Qt.AlignVCenter
            Layout.row: head.upright ? 1 : 0
            Layout.column: head.upright ? 1 : 2
        }
        Label {
            objectName: "clock"
            text: head.view.time
            role: head.upright ? "title" : "headline"
            strong: true
            color: Theme.primaryText
            wrapMode: Text.NoWrap
            Layout.alignment: Qt.AlignRight | Qt.AlignVCenter
            Layout.preferredHeight: head.upright ? implicitHeight : Theme.textHeadline * 1.2
            Layout.row: 0
            Layout.column: head.upright ? 1 : 3
        }
    }
}
