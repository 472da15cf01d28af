import QtQuick
import ZhiTing.Ui 1.0

// The press is on its way.
Item {
    id: step

    property var desk
    property var view
    property bool wide: false
    property real reach: 0

    Column {
        anchors.centerIn: parent
        width: parent.width - 2 * Theme.spaceXl
        spacing: Theme.spaceXl

        Label {
            objectName: "issuing_title"
            width: parent.width
            text: Words.t("kiosk.issuing.title", {})
            role: "headline"
            strong: true
            color: Theme.primary
            horizontalAlignment: Text.AlignHCenter
        }
        Label {
            width: parent.width
            text: step.view.service
            role: "title"
            maximumLineCount: 3
            horizontalAlignment: Text.AlignHCenter
        }
        Spinner {
            anchors.horizontalCenter: parent.horizontalCenter
            text: Words.t("kiosk.issuing.hint", {})
        }
    }
}
