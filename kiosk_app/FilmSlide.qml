import QtQuick
import ZhiTing.Signage 1.0

// A film of the loop, without a sound.
Film {
    property string film

    signal over
    signal failing

    source: film
    playing: true
    onEnded: over()
    onRepeated: over()
    onFailed: failing()
    Component.onDestruction: source = ""
}
