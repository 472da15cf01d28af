import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// Turns the pages of a long list.
RowLayout {
    id: pager

    property var desk
    property var view

    visible: view.pages > 1
    spacing: Theme.touchGap

    BigButton {
        objectName: "page_previous"
        text: Words.t("kiosk.services.previous", {})
        role: "body"
        iconName: "chevron-up"
        enabled: pager.view.page > 0
        Layout.preferredHeight: Theme.touchTarget
        Layout.fillWidth: true
        Layout.preferredWidth: 1
        onClicked: pager.desk.turn_page(-1)
    }
    Label {
        text: (pager.view.page + 1) + " / " + pager.view.pages
        role: "lead"
        strong: true
        horizontalAlignment: Text.AlignHCenter
        Layout.minimumWidth: 3 * Theme.textLead
        Accessible.name: Words.t("kiosk.services.page", {n: pager.view.page + 1, total: pager.view.pages})
    }
    BigButton {
        objectName: "page_next"
        text: Words.t("kiosk.services.next", {})
        role: "body"
        iconName: "chevron-down"
        enabled: pager.view.page < pager.view.pages - 1
        Layout.preferredHeight: Theme.touchTarget
        Layout.fillWidth: true
        Layout.preferredWidth: 1
        onClicked: pager.desk.turn_page(1)
    }
}
