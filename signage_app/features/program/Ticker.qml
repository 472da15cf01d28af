import QtQuick
import ZhiTing.Ui 1.0

// Notices one after the other; one that is longer than the line moves past once while it is shown.
Rectangle {
    id: ticker

    required property var notices

    property int place: 0
    readonly property string words: notices.length > 0 ? notices[place % notices.length] : ""
    readonly property real beyond: Math.max(0, line.implicitWidth - (width - 2 * Theme.spaceL))
    // Read at leisure: the width of a letter takes a third of a second.
    readonly property int moving: beyond / Math.max(1, Theme.textBody) * 340

    objectName: "ticker"
    color: Theme.primary
    clip: true

    onWordsChanged: line.begin()

    Label {
        id: line

        objectName: "ticker_words"
        text: ticker.words
        role: "body"
        strong: true
        color: Theme.primaryText
        wrapMode: Text.NoWrap
        elide: Text.ElideNone
        font.pixelSize: Math.max(8, Math.min(Theme.textBody * 1.4, ticker.height * 0.5))
        // Never set: a window that grows afterwards moves it along.
        x: Theme.spaceL - passed
        y: (ticker.height - height) / 2

        property real passed: 0

        function begin() {
            passing.stop();
            passed = 0;
            if (ticker.beyond > 0 && !Theme.still)
                passing.start();
        }

        SequentialAnimation {
            id: passing

            PauseAnimation {
                duration: turn.least / 4
            }
            NumberAnimation {
                target: line
                property: "passed"
                to: ticker.beyond
                duration: ticker.moving
            }
        }
    }
    Timer {
        id: turn

        readonly property int least: 8000

        interval: least + ticker.moving
        repeat: true
        running: ticker.notices.length > 1 || ticker.beyond > 0
        onTriggered: {
            ticker.place = (ticker.place + 1) % Math.max(1, ticker.notices.length);
            if (ticker.notices.length === 1)
                line.begin();
        }
    }
}
