import QtQuick
import ZhiTing.Ui 1.0

// Below the head: the server is away, and what is shown is not news any more. Not there without words.
Rectangle {
    id: strip

    property string words
    property string wordsName

    height: words === "" ? 0 : told.implicitHeight + 2 * Theme.spaceS
    visible: height > 0
    color: Theme.warnSoft
    Accessible.role: Accessible.AlertMessage
    Accessible.name: words

    Icon {
        id: sign

        anchors.verticalCenter: parent.verticalCenter
        anchors.left: parent.left
        anchors.leftMargin: Theme.spaceL
        name: "wifi-off"
        color: Theme.warn
    }
    Label {
        id: told

        objectName: strip.wordsName
        anchors.verticalCenter: parent.verticalCenter
        anchors.left: sign.right
        anchors.leftMargin: Theme.spaceM
        anchors.right: parent.right
        anchors.rightMargin: Theme.spaceL
        text: strip.words
        color: Theme.warn
        // A second line would push everything below it out of its place.
        maximumLineCount: 1
        wrapMode: Text.NoWrap
        fontSizeMode: Text.HorizontalFit
        minimumPixelSize: Theme.textCaption * 0.8
        Accessible.ignored: true
    }
}
