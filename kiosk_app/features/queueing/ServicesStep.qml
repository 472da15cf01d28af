import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// For what: the tree of services, a level at a time.
StepFrame {
    id: step

    readonly property bool top: view.crumbs.length === 0
    readonly property bool groups: view.cards.length > 0 && view.cards.every(card => card.group)

    eyebrow: view.greeting !== "" ? Words.t("kiosk.welcome.hello", {name: view.greeting}) : ""
    title: {
        if (view.cards.length === 0)
            return Words.t("kiosk.services.empty", {});
        return top ? Words.t("kiosk.services.title", {}) : view.crumbs[view.crumbs.length - 1];
    }
    subtitle: {
        if (view.cards.length === 0)
            return Words.t("kiosk.services.empty_hint", {});
        return groups ? Words.t("kiosk.services.subtitle_groups", {}) : Words.t("kiosk.services.subtitle", {});
    }
    headShare: top ? 0.82 : 1

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.spaceL

        Breadcrumb {
            visible: !step.top
            steps: step.view.crumbs
            Layout.fillWidth: true
            onChosen: index => step.desk.crumb(index)
        }
        ServiceList {
            desk: step.desk
            view: step.view
            tiles: step.top && step.groups
            tileColumns: step.wide ? 3 : 2
            Layout.fillWidth: true
            Layout.fillHeight: step.top
        }
        Pager {
            desk: step.desk
            view: step.view
            Layout.fillWidth: true
        }
        Item {
            visible: !step.top
            Layout.fillHeight: true
        }
        SearchButton {
            objectName: "search_open"
            text: Words.t("kiosk.services.search", {})
            hint: Words.t("kiosk.services.search_hint", {})
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.touchKey
            onClicked: step.desk.open_search()
        }
    }
}
