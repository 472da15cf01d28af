import QtQuick

// The time (and the date under it); offsetMs is how far the server's clock is ahead of this machine's.
Column {
    id: clock

    property bool showDate: false
    property bool dateFirst: false
    property string role: "title"
    property real offsetMs: 0
    property date now: new Date(Date.now() + offsetMs)
    property bool running: true
    property color color: Theme.foreground

    spacing: 0
    Accessible.role: Accessible.Clock
    Accessible.name: Words.t("ui.bar.clock", {time: Words.time(now)})

    Timer {
        interval: 1000
        repeat: true
        running: clock.running && clock.visible
        onTriggered: clock.now = new Date(Date.now() + clock.offsetMs)
    }
    Label {
        text: Words.time(clock.now)
        role: clock.role
        strong: true
        color: clock.color
        Accessible.ignored: true
    }
    Label {
        visible: clock.showDate
        text: Words.date(clock.now)
        role: "caption"
        muted: true
        wrapMode: Text.NoWrap
        Accessible.ignored: true
    }
}
