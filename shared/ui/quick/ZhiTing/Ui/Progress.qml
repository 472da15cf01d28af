import QtQuick
import QtQuick.Layouts

// How far something is, 0..1, with words.
ColumnLayout {
    id: progress

    property real value: 0
    property string text

    spacing: Theme.spaceS
    Accessible.role: Accessible.ProgressBar
    Accessible.name: text

    RowLayout {
        visible: progress.text !== ""
        Layout.fillWidth: true

        Label {
            text: progress.text
            Layout.fillWidth: true
            Accessible.ignored: true
        }
        Label {
            text: Math.round(progress.value * 100) + "%"
            strong: true
            color: Theme.primary
            Accessible.ignored: true
        }
    }
    Rectangle {
        Layout.fillWidth: true
        Layout.preferredHeight: Theme.spaceM
        radius: height / 2
        color: Theme.surfaceSunken
        border.color: Theme.line
        border.width: Theme.borderLine

        Rectangle {
            width: Math.max(height, parent.width * Math.min(1, Math.max(0, progress.value)))
            height: parent.height
            radius: height / 2
            color: Theme.primary

            Behavior on width {
                enabled: !Theme.still
                NumberAnimation {
                    duration: Theme.motionSlow
                }
            }
        }
    }
}
