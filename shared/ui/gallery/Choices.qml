pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

Rectangle {
    color: Theme.background

    TopBar {
        id: bar

        width: parent.width
        hallName: Words.t("ui.gallery.hall", {})
        clockRunning: false
        now: new Date(2026, 10, 23, 9, 5)
    }
    ColumnLayout {
        anchors.top: bar.bottom
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.margins: Theme.spaceL
        spacing: Theme.touchGap

        Breadcrumb {
            steps: [Words.t("ui.gallery.crumb_1", {}), Words.t("ui.gallery.crumb_2", {}), Words.t("ui.gallery.crumb_3", {})]
            Layout.fillWidth: true
        }
        RowLayout {
            spacing: Theme.touchGap
            uniformCellSizes: true

            BigButton {
                tile: true
                kind: "primary"
                iconName: "id-card"
                text: Words.t("ui.gallery.take", {})
                subtitle: Words.t("ui.gallery.take_hint", {})
                Layout.fillWidth: true
                Layout.fillHeight: true
            }
            BigButton {
                tile: true
                iconName: "keypad"
                text: Words.t("ui.gallery.number", {})
                subtitle: Words.t("ui.gallery.number_hint", {})
                Layout.fillWidth: true
                Layout.fillHeight: true
            }
        }
        ChoiceCard {
            title: Words.t("ui.gallery.service", {})
            subtitle: Words.t("ui.gallery.service_hint", {})
            badge: Words.t("ui.gallery.waiting", {})
            iconName: "building"
            Layout.fillWidth: true
        }
        ChoiceCard {
            title: Words.t("ui.gallery.service_long", {})
            subtitle: Words.t("ui.gallery.service_long_hint", {})
            badge: Words.t("ui.gallery.waiting", {})
            selected: true
            iconName: "document"
            Layout.fillWidth: true
        }
        ChoiceCard {
            title: Words.t("ui.gallery.service", {})
            closed: true
            reason: Words.t("ui.gallery.closed_reason", {})
            iconName: "building"
            Layout.fillWidth: true
        }
        RowLayout {
            spacing: Theme.touchGap

            BigButton {
                kind: "quiet"
                iconName: "back"
                text: Words.t("ui.action.back", {})
            }
            BigButton {
                iconName: "printer"
                text: Words.t("ui.gallery.print", {})
                Layout.fillWidth: true
            }
            BigButton {
                iconName: "qr"
                enabled: false
                text: Words.t("ui.gallery.scan", {})
                Layout.fillWidth: true
            }
        }
        Flow {
            spacing: Theme.spaceS
            Layout.fillWidth: true

            Repeater {
                model: ["neutral", "info", "ok", "warn", "error", "call"]

                delegate: Badge {
                    required property string modelData

                    tone: modelData
                    iconName: Theme.toneIcon(modelData)
                    text: Words.t("ui.gallery.waiting", {})
                }
            }
            Badge {
                solid: true
                tone: "call"
                text: Words.t("ui.gallery.called", {})
            }
        }
    }
}
