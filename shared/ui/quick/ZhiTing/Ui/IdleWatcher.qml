import QtQuick

// Lay it over the whole screen (anchors.fill, highest z): it sees every touch and takes none.
// warned() comes `warnSeconds` before idle(); touch() counts as a touch (a card, a scan).
Item {
    id: watcher

    property real seconds: Theme.secondsIdle
    property real warnSeconds: 0
    property bool active: true
    readonly property bool warning: active && !late.running && rest.running

    signal idle
    signal warned
    signal touched

    function touch() {
        rest.stop();
        if (active)
            late.restart();
        touched();
    }

    onActiveChanged: {
        rest.stop();
        if (active)
            late.restart();
        else
            late.stop();
    }
    onSecondsChanged: {
        if (active)
            late.restart();
    }

    PointHandler {
        acceptedButtons: Qt.AllButtons
        onActiveChanged: watcher.touch()
    }
    Timer {
        id: late

        interval: Math.max(1, (watcher.seconds - watcher.warnSeconds) * 1000)
        running: true
        onTriggered: {
            if (watcher.warnSeconds > 0) {
                rest.restart();
                watcher.warned();
            } else {
                watcher.idle();
            }
        }
    }
    Timer {
        id: rest

        interval: Math.max(1, watcher.warnSeconds * 1000)
        onTriggered: watcher.idle()
    }
}
