pragma ComponentBehavior: Bound

import QtQuick
import ZhiTing.Ui 1.0

// Choices of one page in columns; all are of one size, whatever they say. ``rows_``: as many have room, also where fewer
// are shown, so that a last page looks like those before it.
Item {
    id: grid

    property var desk
    property var tiles: []
    property bool big: false
    property int columns: 2
    property int rows_: Math.max(1, Math.ceil(tiles.length / columns))
    property real gap: Theme.touchGap

    readonly property var blank: ({key: "", title: "", note: "", icon: "", mark: "", badge: "", picture: "", more: ""})
    readonly property real cellWidth: (width - (columns - 1) * gap) / columns
    readonly property real cellHeight: (height - (rows_ - 1) * gap) / rows_

    // A count, not the list itself: tiles stay while their words change, and a finger on one is not lost.
    Repeater {
        model: grid.tiles.length

        delegate: Tile {
            required property int index

            objectName: "tile_" + index
            x: index % grid.columns * (grid.cellWidth + grid.gap)
            y: Math.floor(index / grid.columns) * (grid.cellHeight + grid.gap)
            width: grid.cellWidth
            height: Math.max(1, grid.cellHeight)
            tile: grid.tiles[index] ?? grid.blank
            big: grid.big
            low: grid.cellHeight < 1.7 * Theme.touchTarget
            onClicked: grid.desk.open(tile.key)
        }
    }
}
