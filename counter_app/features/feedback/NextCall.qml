import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// The next person is called while the last one still rates: seen at once, in the colour of a call.
Rectangle {
    id: band

    objectName: "next_call"

    property string number

    implicitHeight: row.implicitHeight + 2 * Theme.spaceM
    color: Theme.call
    Accessible.role: Accessible.AlertMessage
    Accessible.name: words.text

    RowLayout {
        id: row

        anchors.verticalCenter: parent.verticalCenter
        x: Theme.spaceXl
        width: parent.width - 2 * Theme.spaceXl
        spacing: Theme.spaceM

        Icon {
            name: "bell"
            size: Theme.iconM
            color: Theme.callText
        }
        Label {
            id: words

            text: Words.t("counter.citizen.next_called", {number: band.number})
            role: "headline"
            strong: true
            color: Theme.callText
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: Theme.textBody
            wrapMode: Text.NoWrap
            Layout.fillWidth: true
            Accessible.ignored: true
        }
    }
}
