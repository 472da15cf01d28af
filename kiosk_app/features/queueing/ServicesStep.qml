import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0
import "../.."

// For what: the tree of services, a level at a time.
StepFrame {
    id: step

    readonly property bool atTop: view.crumbs.length === 0
    // Said once above instead of on each card.
    readonly property string shared: {
        const first = view.cards.length > 1 ? view.cards[0].subtitle : "";
        return !groups && view.cards.every(card => card.subtitle === first) ? first : "";
    }
    readonly property bool groups: view.cards.length > 0 && view.cards.every(card => card.group)

    // Standing and large, there is room for two of greeting, question and hint.
    readonly property bool tight: view.elder && !wide && atTop && hello !== "" && view.pages > 1
    readonly property string hello: {
        if (view.agent !== "")
            return Words.t("kiosk.welcome.for_other", {name: view.greeting !== "" ? view.greeting : view.masked_number});
        if (view.group !== "")
            return Words.t("kiosk.group.chosen", {group: view.group});
        return view.greeting !== "" ? Words.t("kiosk.welcome.hello", {name: view.greeting}) : "";
    }

    eyebrow: tight && view.several ? "" : hello
    title: {
        if (view.cards.length === 0)
            return Words.t("kiosk.services.empty", {});
        return atTop ? Words.t("kiosk.services.title", {}) : view.crumbs[view.crumbs.length - 1];
    }
    subtitle: {
        if (view.cards.length === 0)
            return Words.t("kiosk.services.empty_hint", {});
        // Large words need its place, and the path stands there.
        if (view.elder && !wide && (!atTop || view.alone_text !== "") || tight && !view.several)
            return "";
        if (view.several) {
            const named = {n: view.chosen.length, names: view.chosen.join(Words.t("kiosk.services.separator", {}))};
            if (named.n === 0)
                return Words.t("kiosk.services.several_hint", {most: 5});
            // The path stands below: two lines are all there is.
            return view.elder || named.names.length > 32 ? Words.t("kiosk.services.several_count", named) : Words.t("kiosk.services.several_chosen", named);
        }
        if (shared !== "")
            return shared;
        return groups ? Words.t("kiosk.services.subtitle_groups", {}) : Words.t("kiosk.services.subtitle", {});
    }
    headShare: {
        if (view.elder && view.cards.length > 3)
            return view.pages > 1 ? 0.5 : 0.7;
        return atTop || view.cards.length > 4 ? 0.8 : 1;
    }

    head: Breadcrumb {
        visible: !step.atTop
        anchors.top: step.wide ? parent.top : undefined
        anchors.bottom: step.wide ? undefined : parent.bottom
        width: parent.width
        steps: step.view.crumbs
        onChosen: index => step.desk.crumb(index)
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.spaceL

        GridLayout {
            columns: step.wide ? 2 : 1
            columnSpacing: Theme.touchGap
            rowSpacing: Theme.spaceL
            Layout.fillWidth: true
            Layout.fillHeight: step.atTop

            ServiceList {
                desk: step.desk
                view: step.view
                tiles: step.atTop && step.groups
                tileColumns: step.wide && !step.view.elder ? 3 : 2
                compact: step.shared !== "" || (step.view.elder && step.groups && !step.atTop) || (step.view.cards.length > 4 && !step.groups) || (step.wide && step.view.elder && step.view.cards.length > 3)
                rowHeight: (step.view.cards.length > 4 || step.view.elder ? 1.1 : 1.5) * Theme.touchTarget
                Layout.fillWidth: true
                Layout.fillHeight: step.atTop
            }
            Pager {
                desk: step.desk
                view: step.view
                upright: step.wide
                Layout.fillHeight: step.wide
            }
        }
        Item {
            // Lying, six rows leave no room to push anything down.
            visible: !step.atTop && !(step.wide && step.view.cards.length > 5)
            Layout.fillHeight: true
        }
        RowLayout {
            spacing: Theme.touchGap
            Layout.fillWidth: true
            Layout.fillHeight: false
            Layout.minimumHeight: Theme.touchTarget
            Layout.preferredHeight: Theme.touchKey
            Layout.maximumHeight: Theme.touchKey

            SearchButton {
                objectName: "search_open"
                visible: !taking.visible
                text: Words.t("kiosk.services.search", {})
                hint: several.visible && !step.wide ? "" : Words.t("kiosk.services.search_hint", {})
                Layout.fillWidth: true
                Layout.fillHeight: true
                onClicked: step.desk.open_search()
            }
            BigButton {
                id: taking

                objectName: "several_take"
                visible: step.view.several && step.view.chosen.length > 0
                kind: "primary"
                iconName: "ticket"
                text: Words.t("kiosk.services.several_take", {n: step.view.chosen.length})
                Layout.fillWidth: true
                Layout.fillHeight: true
                onClicked: step.desk.take_several()
            }
            BigButton {
                id: several

                objectName: "several_toggle"
                iconName: step.view.elder ? "" : "list"
                text: step.view.several ? Words.t("kiosk.services.several_off", {}) : Words.t("kiosk.services.several", {})
                Layout.preferredWidth: step.width * (step.wide ? 0.16 : 0.32)
                Layout.fillHeight: true
                onClicked: step.desk.several()
            }
        }
    }
}
