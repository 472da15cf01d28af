pragma ComponentBehavior: Bound

import QtQuick
import ZhiTing.Ui 1.0

// Where the card goes: a card that comes down onto the reader, again and again; still in elder mode.
Item {
    id: picture

    property bool reading: false
    property bool lying: false

    readonly property real unit: Math.min(width / 10, height / 7)

    Rectangle {
        id: reader

        anchors.horizontalCenter: parent.horizontalCenter
        anchors.bottom: parent.bottom
        width: 8 * picture.unit
        height: 3.4 * picture.unit
        radius: Theme.radiusL
        color: Theme.primarySoft
        border.color: picture.reading ? Theme.ok : Theme.primary
        border.width: Theme.borderStrong

        Row {
            anchors.bottom: parent.bottom
            anchors.bottomMargin: 0.35 * picture.unit
            anchors.horizontalCenter: parent.horizontalCenter
            spacing: Theme.spaceS

            Repeater {
                model: 3

                delegate: Rectangle {
                    required property int index

                    width: 0.35 * picture.unit
                    height: width
                    radius: width / 2
                    color: picture.reading ? Theme.ok : Theme.primary
                    opacity: picture.reading ? 1 : 0.35
                }
            }
        }
    }
    Rectangle {
        id: card

        readonly property real rest: reader.y - 0.55 * height
        property real lift: picture.reading || picture.lying || Theme.still ? 0 : 1

        anchors.horizontalCenter: parent.horizontalCenter
        y: rest - lift * 1.1 * picture.unit
        width: 5.6 * picture.unit
        height: 3.5 * picture.unit
        radius: Theme.radiusM
        color: Theme.surface
        border.color: Theme.primary
        border.width: Theme.borderStrong

        SequentialAnimation on lift {
            running: picture.visible && !Theme.still && !picture.reading && !picture.lying
            loops: Animation.Infinite

            NumberAnimation {
                from: 1
                to: 0
                duration: Theme.motionSpin / 2
                easing.type: Easing.InOutQuad
            }
            PauseAnimation {
                duration: Theme.motionSpin
            }
            NumberAnimation {
                to: 1
                duration: Theme.motionSpin / 2
                easing.type: Easing.InOutQuad
            }
        }
        Rectangle {
            x: parent.width - width - 0.45 * picture.unit
            y: 0.5 * picture.unit
            width: 1.4 * picture.unit
            height: 1.9 * picture.unit
            radius: Theme.radiusS
            color: Theme.primarySoft

            Icon {
                anchors.centerIn: parent
                name: "person"
                size: Math.max(1, Math.round(1.1 * picture.unit))
                color: Theme.primary
            }
        }
        Repeater {
            model: [2.1, 2.6, 1.6]

            delegate: Rectangle {
                required property real modelData
                required property int index

                x: 0.5 * picture.unit
                y: (0.65 + 0.62 * index) * picture.unit
                width: modelData * picture.unit
                height: 0.26 * picture.unit
                radius: height / 2
                color: index === 0 ? Theme.primary : Theme.line
            }
        }
        Rectangle {
            x: 0.5 * picture.unit
            y: 2.8 * picture.unit
            width: 4.6 * picture.unit
            height: 0.26 * picture.unit
            radius: height / 2
            color: Theme.line
        }
    }
}
