import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// The person is being served.
Card {
    id: scene

    objectName: "scene_serving"

    property var view
    property bool english: false

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.spaceM

        Item {
            Layout.fillHeight: true
        }
        Label {
            text: Words.t("counter.citizen.serving", {})
            role: "headline"
            muted: true
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }
        Label {
            objectName: "serving_number"
            text: Words.t("counter.citizen.serving_number", {number: scene.view.number})
            role: "number"
            strong: true
            color: Theme.primary
            wrapMode: Text.NoWrap
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: Theme.textDisplay
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }
        Label {
            text: scene.english && scene.view.service_en !== "" ? scene.view.service_en : scene.view.service
            role: "title"
            horizontalAlignment: Text.AlignHCenter
            maximumLineCount: 3
            Layout.fillWidth: true
        }
        Item {
            Layout.fillHeight: true
        }
    }
}
