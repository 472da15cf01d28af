pragma ComponentBehavior: Bound

import QtQuick

// The place where somebody is. Names that can be touched or read:
// start: start_search tile_0..; list: list_search tab_<key> tile_0.. page_previous page_next list_empty
// search: search_box search_input candidate_0.. key_A..key_Z key_0..key_9 key_clear key_backspace tile_0.. search_nothing
// text: tab_<key> text_scroll scroll_up scroll_down print_page print_slip paper_words text_code tile_0..; away: away_title
Item {
    id: view_

    property var desk
    property var view
    property bool wide: false
    property real reach: 0

    function screenOf(shape: string): Component {
        switch (shape) {
        case "start":
            return start;
        case "list":
            return list;
        case "search":
            return search;
        case "text":
            return text_;
        default:
            return away;
        }
    }

    Loader {
        anchors.fill: parent
        sourceComponent: view_.screenOf(view_.view.shape)
    }
    Component {
        id: start

        StartPage {
            desk: view_.desk
            view: view_.view
            wide: view_.wide
            reach: view_.reach
        }
    }
    Component {
        id: list

        ListPage {
            desk: view_.desk
            view: view_.view
            wide: view_.wide
            reach: view_.reach
        }
    }
    Component {
        id: search

        SearchPage {
            desk: view_.desk
            view: view_.view
            wide: view_.wide
            reach: view_.reach
        }
    }
    Component {
        id: text_

        TextPage {
            desk: view_.desk
            view: view_.view
            wide: view_.wide
            reach: view_.reach
        }
    }
    Component {
        id: away

        AwayPage {
            desk: view_.desk
            view: view_.view
            wide: view_.wide
            reach: view_.reach
        }
    }
}
