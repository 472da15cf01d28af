import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// Letters, and above them the characters that may be meant; or digits.
ColumnLayout {
    id: keys

    property var desk
    property var view
    property real keyHeight: Theme.touchTarget
    property bool digits: false

    spacing: Theme.spaceS

    CandidateStrip {
        // Its place is kept while anything is found: the keys do not move under a finger.
        visible: keys.view.strip.there
        opacity: candidates.length > 0 ? 1 : 0
        candidates: keys.view.strip.candidates
        cells: keys.view.strip.cells
        page: keys.view.strip.page
        pages: keys.view.strip.pages
        Layout.fillWidth: true
        Layout.preferredHeight: keys.keyHeight
        onChosen: text => keys.desk.take_candidate(text)
        onTurned: by => keys.desk.turn_strip(by)
    }
    Keypad {
        visible: keys.digits
        withX: false
        rowSpacing: Theme.spaceS
        keyHeight: keys.keyHeight
        Layout.fillWidth: true
        Layout.preferredHeight: implicitHeight
        Layout.maximumHeight: implicitHeight
        onKey: text => keys.desk.search_key(text)
    }
    LetterKeypad {
        visible: !keys.digits
        keyHeight: keys.keyHeight
        Layout.fillWidth: true
        Layout.preferredHeight: implicitHeight
        Layout.maximumHeight: implicitHeight
        onKey: text => keys.desk.search_key(text)
    }
}
