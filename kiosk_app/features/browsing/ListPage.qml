pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0
import "../.."

// A list: ways to look at it, its choices, its pages. Upright the ways stand above the choices, lying beside them.
StepFrame {
    id: page

    // Many ways need room above what is within reach.
    readonly property int tabRows: Math.ceil(view.tabs.length / 3)

    title: view.title
    subtitle: !wide && tabRows > 2 ? "" : view.subtitle
    headShare: 0.62 - 0.16 * Math.max(0, tabRows - 1)

    component Search: SearchButton {
        readonly property string words: "browsing." + page.view.search.replace("/", "")

        text: page.view.search !== "" ? Words.t(words + ".title", {}) : ""
        hint: page.wide || page.view.search === "" ? "" : Words.t(words + ".hint", {})
        implicitHeight: Theme.touchTarget
        onClicked: page.desk.open(page.view.search)
    }

    head: [
        Tabs {
            visible: page.wide && page.view.tabs.length > 0
            width: parent.width
            columns: page.view.tabs.length <= (Theme.elder ? 3 : 4) ? 1 : Theme.elder ? 3 : 2
            desk: page.desk
            entries: page.wide ? page.view.tabs : []
        },
        Search {
            objectName: page.wide ? "list_search" : ""
            visible: page.wide && page.view.search !== ""
            width: parent.width
        }
    ]

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.touchGap

        Tabs {
            visible: !page.wide && page.view.tabs.length > 0
            columns: page.view.tabs.length === 4 ? 4 : 3
            desk: page.desk
            entries: page.wide ? [] : page.view.tabs
            Layout.fillWidth: true
        }
        Search {
            objectName: page.wide ? "" : "list_search"
            visible: !page.wide && page.view.search !== ""
            Layout.fillWidth: true
        }
        Tiles {
            visible: page.view.tiles.length > 0
            desk: page.desk
            tiles: page.view.tiles
            // What is only read needs width more than height.
            columns: page.wide && page.view.place !== "cases" ? 2 : 1
            rows_: Math.ceil(page.view.per_page / columns)
            Layout.fillWidth: true
            Layout.fillHeight: true
        }
        Nothing {
            visible: page.view.tiles.length === 0
            words: page.view.empty
            hint: page.view.empty_hint
            Layout.fillWidth: true
            Layout.fillHeight: true
        }
        Pager {
            desk: page.desk
            view: page.view
        }
    }
}
