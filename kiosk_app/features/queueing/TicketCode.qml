import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// The code that a phone follows the ticket with; without paper it is the ticket.
ColumnLayout {
    id: part

    property var matrix: []
    property bool failed: false

    spacing: Theme.spaceXs

    Rectangle {
        Layout.alignment: Qt.AlignHCenter
        Layout.preferredWidth: code.width + 2 * Theme.spaceS
        Layout.preferredHeight: code.height + 2 * Theme.spaceS
        radius: Theme.radiusM
        color: Theme.paper
        border.color: part.failed ? Theme.warn : Theme.line
        border.width: part.failed ? Theme.borderFocus : Theme.borderLine

        QrCode {
            id: code

            objectName: "ticket_qr"
            anchors.centerIn: parent
            width: (part.failed ? 2.7 : 2.5) * Theme.touchKey / (Theme.elder ? 1.22 : 1)
            height: width
            quiet: 2
            matrix: part.matrix
        }
    }
    Label {
        text: part.failed ? Words.t("kiosk.ticket.photo", {}) : Words.t("kiosk.ticket.scan", {})
        role: "caption"
        strong: part.failed
        muted: !part.failed
        horizontalAlignment: Text.AlignHCenter
        maximumLineCount: 3
        Layout.preferredWidth: code.width + 2 * Theme.spaceM
        Layout.fillWidth: true
    }
}
