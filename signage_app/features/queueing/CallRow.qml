import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// Number → counter, and for what. Red: please go there now.
Rectangle {
    id: row

    required property int place
    required property var call
    required property bool compact
    required property bool calling

    readonly property string tone: call ? call.tone : ""
    readonly property color ink: tone === "called" ? Theme.call : tone === "serving" ? Theme.foreground : Theme.muted
    readonly property int figures: compact ? Theme.textHeadline * 1.1 : Theme.textDisplay

    objectName: "call_row_" + place
    visible: call !== null
    radius: Theme.radiusM
    color: calling ? Theme.callSoft : tone === "called" || tone === "serving" ? Theme.surface : "transparent"
    border.color: tone === "called" ? Theme.call : Theme.line
    border.width: tone === "called" ? Theme.borderStrong : Theme.borderLine
    clip: true
    Accessible.role: Accessible.ListItem
    Accessible.name: call ? call.number + " " + call.counter + " " + call.status : ""

    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: row.compact ? Theme.spaceS : Theme.spaceM
        anchors.rightMargin: row.compact ? Theme.spaceS : Theme.spaceM
        spacing: row.compact ? Theme.spaceXs : Theme.spaceS

        Figure {
            name: "call_number_" + row.place
            text: row.call ? row.call.number : ""
            size: row.figures
            color: row.ink
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.preferredWidth: 40
        }
        Icon {
            name: "arrow-right"
            size: row.compact ? Theme.iconS : Theme.iconM
            color: row.ink
            Layout.alignment: Qt.AlignVCenter
        }
        Figure {
            name: "call_counter_" + row.place
            text: row.call ? row.call.counter : ""
            size: row.figures
            color: row.ink
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.preferredWidth: 30
        }
        ColumnLayout {
            visible: !row.compact
            spacing: 0
            Layout.fillWidth: true
            Layout.preferredWidth: 30

            Label {
                text: row.call ? row.call.service : ""
                role: "caption"
                color: row.tone === "past" || row.tone === "missed" ? Theme.muted : Theme.foreground
                maximumLineCount: row.height > 4.25 * Theme.textCaption ? 2 : 1
                lineHeight: 0.86
                Layout.fillWidth: true
            }
            Label {
                objectName: "call_status_" + row.place
                text: row.call ? row.call.status : ""
                role: "caption"
                strong: true
                color: row.ink
                maximumLineCount: 1
                Layout.fillWidth: true
            }
        }
    }
}
