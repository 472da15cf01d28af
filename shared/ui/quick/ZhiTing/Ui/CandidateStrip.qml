pragma ComponentBehavior: Bound

import QtQuick

// Characters for the letters that were typed, in one row above a LetterKeypad; its pages turn sideways.
Item {
    id: strip

    // {text, cells}: a word takes as many cells of the row as it needs.
    property var candidates: []
    property int cells: 7
    property int page: 0
    property int pages: 1

    signal chosen(string text)
    signal turned(int by)

    readonly property real gap: Theme.spaceS
    readonly property real cell: (width - (cells - 1) * gap) / cells

    implicitWidth: cells * (Theme.touchTarget + gap) - gap
    implicitHeight: Theme.touchTarget

    Row {
        height: parent.height
        spacing: strip.gap

        KeyCap {
            objectName: "strip_previous"
            visible: strip.page > 0
            text: Words.t("ui.strip.previous", {})
            iconName: "chevron-left"
            quiet: true
            width: strip.cell
            height: parent.height
            onClicked: strip.turned(-1)
        }
        Repeater {
            model: strip.candidates.length

            delegate: KeyCap {
                id: key

                required property int index
                readonly property var candidate: strip.candidates[index] ?? ({text: "", cells: 1})

                objectName: "candidate_" + index
                text: candidate.text
                soft: true
                width: candidate.cells * (strip.cell + strip.gap) - strip.gap
                height: strip.height
                onClicked: strip.chosen(candidate.text)
            }
        }
    }
    KeyCap {
        objectName: "strip_next"
        visible: strip.page < strip.pages - 1
        anchors.right: parent.right
        text: Words.t("ui.strip.next", {})
        iconName: "chevron-right"
        quiet: true
        width: strip.cell
        height: parent.height
        onClicked: strip.turned(1)
    }
}
