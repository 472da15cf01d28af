import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// Turns the pages of a long list: below it, or upright beside it where height is short.
GridLayout {
    id: pager

    property var desk
    property var view
    property bool upright: false

    visible: view.pages > 1
    // By itself a layout in a layout takes all the room there is.
    Layout.fillWidth: !upright
    columns: upright ? 1 : 3
    columnSpacing: Theme.touchGap
    rowSpacing: Theme.spaceXs

    BigButton {
        objectName: "page_previous"
        text: pager.upright ? "" : Words.t("kiosk.services.previous", {})
        role: pager.upright ? "lead" : "body"
        iconName: "chevron-up"
        enabled: pager.view.page > 0
        Accessible.name: Words.t("kiosk.services.previous", {})
        Layout.preferredHeight: Theme.touchTarget
        Layout.fillWidth: true
        Layout.fillHeight: pager.upright
        Layout.preferredWidth: pager.upright ? Theme.touchKey : 1
        onClicked: pager.desk.turn_page(-1)
    }
    Label {
        text: (pager.view.page + 1) + " / " + pager.view.pages
        role: pager.upright ? "caption" : "lead"
        strong: true
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: pager.upright
        Layout.minimumWidth: 3 * Theme.textLead
        Accessible.name: Words.t("kiosk.services.page", {n: pager.view.page + 1, total: pager.view.pages})
    }
    BigButton {
        objectName: "page_next"
        text: pager.upright ? "" : Words.t("kiosk.services.next", {})
        role: pager.upright ? "lead" : "body"
        iconName: "chevron-down"
        enabled: pager.view.page < pager.view.pages - 1
        Accessible.name: Words.t("kiosk.services.next", {})
        Layout.preferredHeight: Theme.touchTarget
        Layout.fillWidth: true
        Layout.fillHeight: pager.upright
        Layout.preferredWidth: pager.upright ? Theme.touchKey : 1
        onClicked: pager.desk.turn_page(1)
    }
}
