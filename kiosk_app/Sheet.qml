import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// Something that must be read: rises from the foot, where a hand reaches; the screen behind it rests.
Item {
    id: sheet

    property bool open: false
    property string tone: "info"
    property string title
    property string words
    property int countdown: 0
    property string closeText
    property string closeName
    property string actionText
    property string actionName

    signal closed
    signal acted

    anchors.fill: parent
    visible: veil.opacity > 0

    Rectangle {
        id: veil

        anchors.fill: parent
        color: Theme.scrim
        opacity: sheet.open ? 1 : 0

        Behavior on opacity {
            enabled: !Theme.still
            NumberAnimation {
                duration: Theme.motionQuick
            }
        }
        // Takes every touch that is not meant for the sheet.
        MouseArea {
            anchors.fill: parent
            enabled: sheet.open
        }
    }
    Rectangle {
        id: board

        readonly property real gap: Theme.spaceXl

        width: Math.min(parent.width - 2 * Theme.spaceL, 24 * Theme.textTitle)
        height: column.implicitHeight + 2 * gap
        anchors.horizontalCenter: parent.horizontalCenter
        y: parent.height - (sheet.open ? height + Theme.spaceXl : -Theme.spaceXl)
        radius: Theme.radiusL
        color: Theme.surface
        border.color: Theme.line
        border.width: Theme.borderLine

        Behavior on y {
            enabled: !Theme.still
            NumberAnimation {
                duration: Theme.motionCalm
                easing.type: Easing.OutCubic
            }
        }
        ColumnLayout {
            id: column

            x: board.gap
            y: board.gap
            width: parent.width - 2 * board.gap
            spacing: Theme.spaceL

            RowLayout {
                spacing: Theme.spaceL
                Layout.fillWidth: true

                Rectangle {
                    Layout.preferredWidth: 1.7 * Theme.iconL
                    Layout.preferredHeight: width
                    Layout.alignment: Qt.AlignTop
                    radius: width / 2
                    color: Theme.toneSoft(sheet.tone)

                    Icon {
                        visible: sheet.countdown === 0
                        anchors.centerIn: parent
                        name: Theme.toneIcon(sheet.tone)
                        size: Theme.iconL
                        color: Theme.toneColor(sheet.tone)
                    }
                    Label {
                        visible: sheet.countdown > 0
                        anchors.centerIn: parent
                        text: sheet.countdown
                        role: "headline"
                        strong: true
                        color: Theme.toneColor(sheet.tone)
                    }
                }
                ColumnLayout {
                    spacing: Theme.spaceS
                    Layout.fillWidth: true

                    Label {
                        text: sheet.title
                        role: "title"
                        strong: true
                        color: Theme.toneColor(sheet.tone)
                        Layout.fillWidth: true
                    }
                    Label {
                        text: sheet.words
                        role: "body"
                        lineHeight: 1.15
                        Layout.fillWidth: true
                    }
                }
            }
            RowLayout {
                spacing: Theme.touchGap
                Layout.fillWidth: true

                BigButton {
                    objectName: sheet.actionName
                    visible: sheet.actionText !== ""
                    text: sheet.actionText
                    kind: "primary"
                    iconName: "keypad"
                    Layout.fillWidth: true
                    Layout.preferredWidth: 3
                    Layout.preferredHeight: Theme.touchKey
                    onClicked: sheet.acted()
                }
                BigButton {
                    objectName: sheet.closeName
                    text: sheet.closeText
                    kind: sheet.actionText === "" ? "primary" : "secondary"
                    Layout.fillWidth: true
                    Layout.preferredWidth: 2
                    Layout.preferredHeight: Theme.touchKey
                    onClicked: sheet.closed()
                }
            }
        }
    }
}
