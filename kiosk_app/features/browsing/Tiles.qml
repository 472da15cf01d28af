pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// Choices of one page in columns; all are of one size, whatever they say. ``rows``: as many have room, also where fewer
// are shown, so that a last page looks like those before it.
GridLayout {
    id: grid

    property var desk
    property var tiles: []
    property bool big: false
    property int rows_: Math.max(1, Math.ceil(tiles.length / columns))

    readonly property var blank: ({key: "", title: "", note: "", icon: "", mark: "", badge: "", picture: ""})
    readonly property real rowHeight: (height - (rows_ - 1) * rowSpacing) / rows_

    columns: 2
    columnSpacing: Theme.touchGap
    rowSpacing: Theme.touchGap
    uniformCellWidths: true

    // A count, not the list itself: tiles stay while their words change, and a finger on one is not lost.
    Repeater {
        model: grid.tiles.length

        delegate: Tile {
            required property int index

            objectName: "tile_" + index
            tile: grid.tiles[index] ?? grid.blank
            big: grid.big
            Layout.fillWidth: true
            Layout.preferredHeight: Math.max(1, grid.rowHeight)
            Layout.alignment: Qt.AlignTop
            onClicked: grid.desk.open(tile.key)
        }
    }
    // A last one alone in its row is as wide as those above it.
    Item {
        visible: grid.columns > 1 && grid.tiles.length % grid.columns !== 0
        Layout.fillWidth: true
        Layout.columnSpan: Math.max(1, grid.columns - grid.tiles.length % grid.columns)
    }
    Item {
        Layout.columnSpan: grid.columns
        Layout.fillHeight: true
    }
}
