import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// The hall's notes, one after the other; in their place, how old the screen is when the server is away.
Rectangle {
    id: foot

    required property var view
    required property bool upright

    readonly property bool warns: view.as_of !== "" || view.problem !== ""

    implicitHeight: upright ? Theme.textBody * 4.6 : Theme.textBody * 2.75
    color: warns ? Theme.warnSoft : Theme.surface

    Rectangle {
        width: parent.width
        height: Theme.borderLine
        color: foot.warns ? Theme.warn : Theme.line
    }
    RowLayout {
        anchors.verticalCenter: parent.verticalCenter
        x: Theme.spaceL
        width: parent.width - 2 * Theme.spaceL
        spacing: Theme.spaceM

        Icon {
            name: foot.warns ? (foot.view.as_of !== "" ? "wifi-off" : "warning") : "info"
            color: foot.warns ? Theme.warn : Theme.primary
        }
        ColumnLayout {
            spacing: 0
            Layout.fillWidth: true

            Label {
                objectName: "as_of_banner"
                visible: foot.view.as_of !== ""
                text: foot.view.as_of
                role: foot.upright ? "lead" : "body"
                strong: true
                color: Theme.warn
                Layout.fillWidth: true
            }
            Label {
                objectName: "problem_banner"
                visible: foot.view.problem !== ""
                text: foot.view.problem
                role: foot.view.as_of !== "" ? "caption" : "body"
                color: Theme.warn
                maximumLineCount: 2
                Layout.fillWidth: true
            }
            Label {
                objectName: "note"
                visible: !foot.warns
                text: foot.view.note
                role: foot.upright ? "caption" : "body"
                strong: foot.upright
                maximumLineCount: foot.upright ? 2 : 1
                fontSizeMode: foot.upright ? Text.FixedSize : Text.HorizontalFit
                minimumPixelSize: Theme.textCaption
                Layout.fillWidth: true
            }
            Label {
                visible: text !== "" && !(foot.warns && foot.view.problem !== "")
                text: foot.warns ? foot.view.as_of_second : foot.view.note_second
                role: "caption"
                muted: true
                maximumLineCount: foot.upright ? 2 : 1
                Layout.fillWidth: true
            }
        }
    }
}
