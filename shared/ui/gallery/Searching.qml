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
        LetterKeypad {
            Layout.fillWidth: true
        }
        Keypad {
            withX: false
            Layout.fillWidth: true
        }
        Item {
            Layout.fillHeight: true
        }
    }
}
