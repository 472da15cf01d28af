import QtQuick
import QtQuick.Layouts

// What happened, what is safe, what to do now. tone: info | ok | warn | error.
Rectangle {
    id: banner

    property string tone: "info"
    property string what
    property string safe
    property string todo
    property string buttonText

    signal activated

    implicitWidth: 20 * Theme.textLead
    implicitHeight: body.implicitHeight + 2 * Theme.spaceM
    radius: Theme.radiusM
    color: Theme.toneSoft(tone)
    border.color: Theme.toneColor(tone)
    border.width: Theme.borderLine
    Accessible.role: Accessible.AlertMessage
    Accessible.name: what + " " + safe + " " + todo

    Rectangle {
        width: Theme.spaceS
        height: parent.height
        radius: banner.radius
        color: Theme.toneColor(banner.tone)

        Rectangle {
            width: parent.width / 2
            height: parent.height
            anchors.right: parent.right
            color: parent.color
        }
    }
    RowLayout {
        id: body

        anchors.verticalCenter: parent.verticalCenter
        x: Theme.spaceL
        width: parent.width - Theme.spaceL - Theme.spaceM
        spacing: Theme.spaceM

        Icon {
            name: Theme.toneIcon(banner.tone)
            color: Theme.toneColor(banner.tone)
            Layout.alignment: Qt.AlignTop
        }
        ColumnLayout {
            spacing: Theme.spaceXs
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignVCenter

            Label {
                text: banner.what
                role: "lead"
                strong: true
                color: Theme.toneColor(banner.tone)
                Layout.fillWidth: true
                Accessible.ignored: true
            }
            Label {
                visible: banner.safe !== ""
                text: banner.safe
                Layout.fillWidth: true
                Accessible.ignored: true
            }
            Label {
                visible: banner.todo !== ""
                text: banner.todo
                strong: true
                Layout.fillWidth: true
                Accessible.ignored: true
            }
        }
        BigButton {
            objectName: "banner_button"
            visible: banner.buttonText !== ""
            text: banner.buttonText
            Layout.alignment: Qt.AlignVCenter
            onClicked: banner.activated()
        }
    }
}
