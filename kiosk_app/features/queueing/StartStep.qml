import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0
import "../.."

// Who comes: a card, a number, or nobody in particular.
StepFrame {
    id: step

    readonly property bool card: view.reader === "ok"
    // A warning takes the place of the small words.
    readonly property bool warned: view.printer_trouble !== ""

    title: {
        if (view.reading)
            return Words.t("kiosk.start.reading", {});
        if (view.card_on_reader)
            return Words.t("kiosk.start.take_card", {});
        return card ? Words.t("kiosk.start.title", {}) : Words.t("kiosk.start.no_reader", {});
    }
    subtitle: {
        if (view.reading)
            return "";
        if (view.card_on_reader)
            return Words.t("kiosk.start.again", {});
        if (card)
            return Words.t("kiosk.start.subtitle", {});
        return view.reader === "lost" ? Words.t("kiosk.start.no_reader_hint", {}) : Words.t("kiosk.start.no_reader_fitted", {});
    }

    head: [
        CardPicture {
            objectName: "start_card_hint"
            visible: step.card
            anchors.fill: parent
            // Apart from what can be touched below it.
            anchors.bottomMargin: step.wide ? 0 : Theme.spaceL
            reading: step.view.reading
            lying: step.view.card_on_reader
        },
        Rectangle {
            visible: !step.card
            anchors.centerIn: parent
            width: 2.6 * Theme.iconL
            height: width
            radius: width / 2
            color: Theme.primarySoft

            Icon {
                anchors.centerIn: parent
                name: "ticket"
                size: 1.5 * Theme.iconL
                color: Theme.primary
            }
        }
    ]

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.touchGap

        RowLayout {
            spacing: Theme.touchGap
            uniformCellSizes: true
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.maximumHeight: 5 * Theme.touchKey

            BigButton {
                objectName: "start_type_number"
                tile: true
                kind: step.card ? "secondary" : "primary"
                iconName: "keypad"
                text: Words.t("kiosk.start.number", {})
                subtitle: step.warned ? "" : Words.t("kiosk.start.number_hint", {})
                Layout.fillWidth: true
                Layout.fillHeight: true
                onClicked: step.desk.type_number()
            }
            BigButton {
                objectName: "start_without"
                tile: true
                iconName: "user-off"
                text: Words.t("kiosk.start.without", {})
                subtitle: step.warned ? "" : Words.t("kiosk.start.without_hint", {})
                Layout.fillWidth: true
                Layout.fillHeight: true
                onClicked: step.desk.without()
            }
        }
        SearchButton {
            objectName: "start_search"
            visible: !step.view.elder
            text: Words.t("kiosk.start.search", {})
            hint: Words.t("kiosk.services.search_hint", {})
            Layout.fillWidth: true
            Layout.preferredHeight: 1.2 * Theme.touchKey
            onClicked: step.desk.open_search()
        }
        BigButton {
            objectName: "start_other_ways"
            kind: "quiet"
            iconName: "more"
            role: "body"
            text: Words.t(step.view.groups.length > 0 ? "kiosk.start.other_ways_all" : "kiosk.start.other_ways", {})
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.touchTarget
            onClicked: step.desk.other_ways()
        }
        Banner {
            visible: step.warned
            tone: "warn"
            what: Words.t("kiosk.start.printer", {trouble: step.view.printer_trouble})
            Layout.fillWidth: true
        }
        Item {
            Layout.fillHeight: true
            Layout.preferredHeight: 1
        }
    }
}
