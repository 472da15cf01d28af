import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// Says what was not found and what else there is: other words, the groups, the desk.
ColumnLayout {
    id: nothing

    property string query

    signal byGroup

    spacing: Theme.spaceS

    Item {
        Layout.fillWidth: true
        Layout.fillHeight: true
    }
    Label {
        objectName: "search_nothing"
        visible: nothing.query !== ""
        text: Words.t("kiosk.search.none", {query: nothing.query})
        role: "title"
        strong: true
        horizontalAlignment: Text.AlignHCenter
        maximumLineCount: 1
        Layout.fillWidth: true
    }
    Label {
        visible: nothing.query !== ""
        text: Words.t("kiosk.search.none_hint", {})
        muted: true
        horizontalAlignment: Text.AlignHCenter
        maximumLineCount: 2
        Layout.fillWidth: true
    }
    BigButton {
        objectName: "search_by_group"
        text: Words.t("kiosk.search.by_group", {})
        iconName: "list"
        Layout.alignment: Qt.AlignHCenter
        Layout.preferredHeight: Theme.touchTarget
        Layout.topMargin: Theme.spaceS
        onClicked: nothing.byGroup()
    }
    Item {
        Layout.fillHeight: true
    }
}
