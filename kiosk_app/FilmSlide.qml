import QtQuick
import ZhiTing.Signage 1.0

// A film of the loop, without a sound. The film is a child of it: a type of Python's that QML gives more signals to no
// longer hears its own.
Item {
    id: slide

    property string film
    property bool cover: false
    property bool again: false

    signal over
    signal failing

    Film {
        anchors.fill: parent
        source: slide.film
        playing: true
        cover: slide.cover
        again: slide.again
        onEnded: slide.over()
        onRepeated: slide.over()
        onFailed: slide.failing()
        Component.onDestruction: source = ""
    }
}
