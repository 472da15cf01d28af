pragma ComponentBehavior: Bound

import QtQuick

// Something is going on; three calm dots, and words that say what. Still in elder mode.
Column {
    id: spinner

    property string text: Words.t("ui.spinner.working", {})
    property bool running: true

    spacing: Theme.spaceM
    Accessible.role: Accessible.Animation
    Accessible.name: text

    Row {
        anchors.horizontalCenter: parent.horizontalCenter
        spacing: Theme.spaceM

        Repeater {
            model: 3

            delegate: Rectangle {
                id: dot

                required property int index

                width: Theme.iconS
                height: width
                radius: width / 2
                color: Theme.primary
                opacity: Theme.still ? 1 - index * 0.3 : 0.3

                SequentialAnimation on opacity {
                    running: spinner.running && spinner.visible && !Theme.still
                    loops: Animation.Infinite

                    PauseAnimation {
                        duration: dot.index * Theme.motionCalm
                    }
                    NumberAnimation {
                        to: 1
                        duration: Theme.motionCalm
                    }
                    NumberAnimation {
                        to: 0.3
                        duration: Theme.motionCalm
                    }
                    PauseAnimation {
                        duration: Theme.motionSpin - (dot.index + 2) * Theme.motionCalm
                    }
                }
            }
        }
    }
    Label {
        visible: text !== ""
        anchors.horizontalCenter: parent.horizontalCenter
        text: spinner.text
        role: "lead"
        horizontalAlignment: Text.AlignHCenter
        Accessible.ignored: true
    }
}
