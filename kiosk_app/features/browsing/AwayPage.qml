import QtQuick
import ZhiTing.Ui 1.0
import "../.."

// No server yet, and nothing kept from before.
StepFrame {
    id: page

    title: Words.t("browsing.away", {})
    subtitle: page.view.away_text

    head: Icon {
        objectName: "away_title"
        anchors.centerIn: parent
        name: "server"
        size: 1.6 * Theme.iconL
        color: Theme.primary
    }

    Spinner {
        anchors.horizontalCenter: parent.horizontalCenter
        text: ""
    }
}
