pragma ComponentBehavior: Bound

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
    readonly property real ratio: count > 3 ? 1.6 : 1.3
    // As large as width and height allow, beside the words.
    readonly property real faceWidth: {
        const wide = (width - (count - 1) * Theme.touchGap) / Math.max(1, count);
        const high = (height - title.implicitHeight - about.implicitHeight - left.implicitHeight - 6 * Theme.spaceM) / ratio;
        return Math.max(Theme.touchTarget, Math.min(wide, high, 3.2 * Theme.touchTarget));
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.spaceM

        Item {
            Layout.fillHeight: true
        }
        Label {
            id: title

            text: Words.t("counter.rating.title", {})
            role: "headline"
            strong: true
            color: Theme.primary
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }
        Label {
            id: about

            objectName: "rating_about"
            text: scene.view.staff_name !== ""
                  ? Words.t("counter.rating.about", {number: scene.view.rated_number, staff: scene.view.staff_name})
                  : Words.t("counter.rating.about_nobody", {number: scene.view.rated_number})
            role: "lead"
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }
        Row {
            spacing: Theme.touchGap
            Layout.alignment: Qt.AlignHCenter
            Layout.topMargin: Theme.spaceS
            Layout.bottomMargin: Theme.spaceS

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
                    width: scene.faceWidth
                    height: width * scene.ratio
                }
            }
        }
        Label {
            id: left

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
