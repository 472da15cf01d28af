pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts

// A number being typed, in groups, with what is known about it so far. status: typing | ok | wrong.
Item {
    id: field

    property string text
    property var groups: [6, 8, 4]
    property string status: "typing"
    property string message
    property string label

    readonly property int total: groups.reduce((sum, n) => sum + n, 0)
    readonly property color accent: {
        if (status === "ok")
            return Theme.ok;
        return status === "wrong" ? Theme.error : Theme.primary;
    }
    readonly property string told: {
        if (message !== "")
            return message;
        if (status === "ok")
            return Words.t("ui.number.ok", {});
        return Words.t("ui.number.typed", {n: text.length, total: total});
    }

    function endsGroup(position: int): bool {
        let end = 0;
        for (const size of groups) {
            end += size;
            if (position === end - 1)
                return position !== total - 1;
        }
        return false;
    }

    implicitWidth: 24 * Theme.textTitle
    implicitHeight: column.implicitHeight
    Accessible.role: Accessible.EditableText
    Accessible.name: label
    Accessible.description: told

    ColumnLayout {
        id: column

        width: parent.width
        spacing: Theme.spaceS

        Label {
            visible: field.label !== ""
            text: field.label
            role: "lead"
            strong: true
            Layout.fillWidth: true
        }
        Rectangle {
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.textHeadline + 2 * Theme.spaceM
            radius: Theme.radiusM
            color: Theme.surface
            border.color: field.accent
            border.width: Theme.borderStrong

            Row {
                id: cells

                readonly property real gap: Theme.spaceM
                readonly property real cell: Math.min(
                    Theme.textHeadline,
                    (parent.width - 2 * Theme.spaceM - (field.groups.length - 1) * gap) / field.total)

                anchors.centerIn: parent

                Repeater {
                    model: field.total

                    delegate: Item {
                        id: cell

                        required property int index
                        readonly property bool current: index === field.text.length

                        width: cells.cell + (field.endsGroup(index) ? cells.gap : 0)
                        height: Theme.textHeadline + Theme.spaceM

                        Text {
                            width: cells.cell
                            height: parent.height
                            horizontalAlignment: Text.AlignHCenter
                            verticalAlignment: Text.AlignVCenter
                            text: field.text.charAt(cell.index)
                            textFormat: Text.PlainText
                            color: Theme.foreground
                            font.pixelSize: Math.min(Theme.textHeadline, cells.cell * 1.5)
                            font.weight: Font.Medium
                        }
                        Rectangle {
                            visible: cell.index >= field.text.length
                            x: cells.cell * 0.12
                            width: cells.cell * 0.76
                            height: cell.current ? Theme.borderStrong + Theme.borderLine : Theme.borderLine
                            anchors.bottom: parent.bottom
                            anchors.bottomMargin: Theme.spaceXs
                            color: cell.current ? field.accent : Theme.lineStrong
                        }
                    }
                }
            }
        }
        RowLayout {
            spacing: Theme.spaceS
            Layout.fillWidth: true

            Icon {
                name: {
                    if (field.status === "ok")
                        return "check-circle";
                    return field.status === "wrong" ? "error" : "pencil";
                }
                size: Theme.iconS
                color: field.status === "typing" ? Theme.muted : field.accent
                Layout.alignment: Qt.AlignVCenter
            }
            Label {
                text: field.told
                color: field.status === "typing" ? Theme.muted : field.accent
                strong: field.status === "wrong"
                maximumLineCount: 3
                Layout.fillWidth: true
            }
        }
    }
}
