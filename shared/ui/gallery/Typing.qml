import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

Rectangle {
    color: Theme.background

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: Theme.spaceL
        spacing: Theme.spaceL

        NumberField {
            label: Words.t("ui.gallery.field", {})
            text: "110105194912"
            Layout.fillWidth: true
        }
        NumberField {
            text: "110105194912310025"
            status: "wrong"
            message: Words.t("ui.gallery.wrong", {})
            Layout.fillWidth: true
        }
        NumberField {
            text: "13800138000"
            groups: [3, 4, 4]
            status: "ok"
            Layout.fillWidth: true
        }
        Keypad {
            confirmText: Words.t("ui.action.confirm", {})
            confirmEnabled: true
            Layout.fillWidth: true
        }
        Item {
            Layout.fillHeight: true
        }
    }
}
