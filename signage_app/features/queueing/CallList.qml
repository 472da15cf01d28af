pragma ComponentBehavior: Bound

import QtQuick
import ZhiTing.Ui 1.0

// The latest calls, newest first; two columns when many are called at once.
Item {
    id: list

    required property var view

    readonly property int columns: view.compact ? 2 : 1
    readonly property int lines: view.row_places / columns
    readonly property int gap: Theme.spaceS
    readonly property real lineHeight: (height - gap * (lines - 1)) / lines
    readonly property real columnWidth: (width - gap * (columns - 1)) / columns

    objectName: "call_list"

    Repeater {
        model: list.view.row_places

        CallRow {
            required property int index

            place: index
            call: index < list.view.rows.length ? list.view.rows[index] : null
            compact: list.view.compact
            calling: call !== null && list.view.highlighted && list.view.hero.call_id === call.call_id
            x: Math.floor(index / list.lines) * (list.columnWidth + list.gap)
            y: index % list.lines * (list.lineHeight + list.gap)
            width: list.columnWidth
            height: list.lineHeight
        }
    }
    Label {
        objectName: "list_empty"
        // Without the hall nobody knows.
        visible: list.view.rows.length === 0 && list.view.as_of === ""
        anchors.centerIn: parent
        width: parent.width - 2 * Theme.spaceXl
        text: Words.t("signage.list.empty", {})
        role: "lead"
        muted: true
        horizontalAlignment: Text.AlignHCenter
    }
}
