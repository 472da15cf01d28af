import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0
import "../.."

// The day, and at most six big choices with a search.
StepFrame {
    id: page

    eyebrow: view.date
    title: Words.t("browsing.start.title", {})

    head: ColumnLayout {
        width: parent.width
        spacing: Theme.spaceS

        Label {
            objectName: "start_lunar"
            visible: text !== ""
            text: page.view.lunar
            role: "lead"
            muted: true
            maximumLineCount: 2
            Layout.fillWidth: true
        }
        Label {
            objectName: "start_weather"
            visible: text !== ""
            text: page.view.weather
            role: "lead"
            maximumLineCount: 2
            Layout.fillWidth: true
        }
        Label {
            visible: text !== ""
            text: page.view.weather_note
            role: "caption"
            muted: true
            maximumLineCount: 2
            Layout.fillWidth: true
        }
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.touchGap

        SearchButton {
            objectName: "start_search"
            text: Words.t("browsing.start.search", {})
            hint: Words.t("browsing.start.search_hint", {})
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.touchTarget
            onClicked: page.desk.open("search/")
        }
        Tiles {
            desk: page.desk
            tiles: page.view.tiles
            big: true
            columns: page.wide ? 3 : 2
            Layout.fillWidth: true
            Layout.fillHeight: true
        }
    }
}
