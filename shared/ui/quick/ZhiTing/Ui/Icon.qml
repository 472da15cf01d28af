import QtQuick
import QtQuick.Window

// One of assets/icons in any colour.
Image {
    id: icon

    property string name
    property color color: Theme.foreground
    property int size: Theme.iconM

    width: size
    height: size
    sourceSize: Qt.size(Math.ceil(size * Screen.devicePixelRatio), Math.ceil(size * Screen.devicePixelRatio))
    source: name === "" ? "" : "image://zticon/" + name + "/" + color.toString().slice(1)
    Accessible.ignored: true
}
