pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// A few ways to look at something; the chosen one is filled.
GridLayout {
    id: tabs

    property var desk
    property var entries: []

    readonly property var blank: ({key: "", title: "", chosen: false})

    visible: entries.length > 0
    columns: 3
    columnSpacing: Theme.spaceS
    rowSpacing: Theme.spaceS
    uniformCellWidths: true

    Repeater {
        model: tabs.entries.length

        delegate: BigButton {
            required property int index
            readonly property var entry: tabs.entries[index] ?? tabs.blank

            objectName: "tab_" + entry.key
            text: entry.title
            role: "body"
            tight: true
            kind: entry.chosen ? "primary" : "secondary"
            leftPadding: Theme.spaceXs
            padding: Theme.spaceXs
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            Layout.preferredHeight: Theme.touchTarget
            Accessible.checked: entry.chosen
            onClicked: tabs.desk.choose_tab(entry.key)
        }
    }
}
