import QtQuick
import ZhiTing.Ui 1.0

// The last picture of a web page, and of when it is; it stays until the next one can be seen.
Item {
    id: zone

    required property string picture
    required property string asOf

    clip: true

    Label {
        anchors.centerIn: parent
        width: parent.width - 2 * Theme.spaceL
        visible: page.status !== Image.Ready
        text: Words.t("signage.zone.web_none", {})
        role: "body"
        muted: true
        horizontalAlignment: Text.AlignHCenter
    }
    Image {
        id: page

        objectName: "web_picture"
        anchors.fill: parent
        asynchronous: true
        cache: false
        retainWhileLoading: true
        source: zone.picture
        sourceSize: Qt.size(Math.max(1, width), Math.max(1, height))
        fillMode: Image.PreserveAspectFit
    }
    Rectangle {
        visible: page.status === Image.Ready && zone.asOf !== ""
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        width: words.implicitWidth + 2 * Theme.spaceS
        height: words.implicitHeight + Theme.spaceXs
        color: Theme.surface
        opacity: 0.9

        Label {
            id: words

            objectName: "web_as_of"
            anchors.centerIn: parent
            text: zone.asOf
            role: "caption"
            wrapMode: Text.NoWrap
        }
    }
}
