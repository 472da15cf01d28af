pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// The choices of one page. Rows, or tiles in two columns where all of them are groups with short names.
GridLayout {
    id: list

    property var desk
    property var view
    property bool tiles: false
    property int tileColumns: 2
    property bool likely: false
    property bool compact: false
    // All rows are rowHeight high and names are made to fit: what stands below never moves.
    property bool fixed: false
    property real rowHeight: Theme.touchTarget

    readonly property var blank: ({id: "", title: "", subtitle: "", badge: "", closed: false, reason: "", group: false, mark: "", chosen: false})

    // How long a name is to the eye: a Latin letter is half as wide as a Chinese one.
    function widthOf(name: string): real {
        let sum = 0;
        for (const letter of name)
            sum += letter.charCodeAt(0) < 0x2e80 ? 0.55 : 1;
        return sum;
    }

    readonly property int rowsUsed: Math.max(1, Math.ceil(view.cards.length / columns))
    // Room was given away, to a pager or the strip above.
    readonly property bool low: tiles && height > 0 && (height - (rowsUsed - 1) * rowSpacing) / rowsUsed < 2 * Theme.touchTarget
    readonly property real longest: view.cards.reduce((most, card) => Math.max(most, widthOf(card.title)), 0)

    columns: tiles ? tileColumns : 1
    columnSpacing: Theme.touchGap
    rowSpacing: fixed ? Theme.spaceS : Theme.touchGap
    uniformCellWidths: true
    uniformCellHeights: tiles

    // A count, not the list itself: cards stay while their words change, and a finger on one is not lost.
    Repeater {
        model: list.view.cards.length

        delegate: ServiceCard {
            required property int index

            objectName: "service_card_" + index
            service: list.view.cards[index] ?? list.blank
            tile: list.tiles
            low: list.low
            longest: list.longest
            first: (list.likely && index === 0) || service.chosen
            Layout.fillWidth: true
            compact: list.compact
            fixed: list.fixed
            Layout.fillHeight: list.tiles
            Layout.preferredHeight: list.fixed ? list.rowHeight : Math.max(list.rowHeight, implicitHeight)
            Layout.maximumHeight: {
                if (list.fixed)
                    return list.rowHeight;
                return list.tiles ? 3.4 * Theme.touchKey : -1;
            }
            onClicked: list.desk.choose(service.id)
        }
    }
}
