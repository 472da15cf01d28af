import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

Rectangle {
    color: Theme.background

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: Theme.spaceL
        spacing: Theme.spaceL

        SearchBox {
            text: "SBYL"
            found: 12
            Layout.fillWidth: true
        }
        ChoiceCard {
            title: Words.t("ui.gallery.service_long", {})
            subtitle: Words.t("ui.gallery.service_hint", {})
            Layout.fillWidth: true
        }
        SearchBox {
            text: "SBXQY"
            found: 0
            Layout.fillWidth: true
        }
        SearchBox {
            Layout.fillWidth: true
        }
        SearchBox {
            text: Words.t("ui.gallery.crumb_1", {})
            letters: "YL"
            Layout.fillWidth: true
        }
        CandidateStrip {
            candidates: [
                {text: Words.t("ui.gallery.crumb_2", {}), cells: 2},
                {text: Words.t("ui.gallery.satisfied", {}), cells: 1},
                {text: Words.t("ui.gallery.take", {}), cells: 1},
                {text: Words.t("ui.gallery.called", {}).charAt(0), cells: 1}
            ]
            page: 1
            pages: 3
            Layout.fillWidth: true
        }
        LetterKeypad {
            Layout.fillWidth: true
        }
        Item {
            Layout.fillHeight: true
        }
    }
}
