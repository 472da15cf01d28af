import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// Three or five faces, the best first.
Item {
    id: scene

    objectName: "scene_rating"

    property var view

    signal faceChosen(int level)

    readonly property int count: view.faces.length

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.spaceM

        Item {
            Layout.fillHeight: true
        }
        Label {
            text: Words.t("counter.rating.title", {})
            role: "headline"
            strong: true
            color: Theme.primary
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }
        Label {
            objectName: "rating_about"
            text: scene.view.staff_name !== ""
                  ? Words.t("counter.rating.about", {number: scene.view.rated_number, staff: scene.view.staff_name})
                  : Words.t("counter.rating.about_nobody", {number: scene.view.rated_number})
            role: "lead"
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }
        RowLayout {
            id: faces

            readonly property real room: (width - (scene.count - 1) * spacing) / Math.max(1, scene.count)

            spacing: Theme.touchGap
            Layout.fillWidth: true
            Layout.topMargin: Theme.spaceM
            Layout.bottomMargin: Theme.spaceM

            Item {
                Layout.fillWidth: true
            }
            Repeater {
                // A number and not the list: the state changes every second, the faces must not.
                model: scene.count

                FaceButton {
                    required property int index

                    readonly property var face: scene.view.faces[index]

                    objectName: "face_" + face.level
                    level: face.mood
                    levels: face.moods
                    text: Words.t("counter.face." + face.level, {})
                    onClicked: scene.faceChosen(face.level)
                    Layout.preferredWidth: Math.min(implicitWidth, faces.room)
                    Layout.preferredHeight: Layout.preferredWidth * 1.3
                }
            }
            Item {
                Layout.fillWidth: true
            }
        }
        Label {
            objectName: "rating_seconds"
            text: Words.t("counter.rating.seconds", {n: scene.view.seconds_left})
            role: "body"
            muted: true
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }
        Item {
            Layout.fillHeight: true
        }
    }
}
