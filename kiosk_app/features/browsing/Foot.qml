import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0
import "../.."

// Within everybody's reach on every screen: start, back, language, contrast, elder mode.
Rectangle {
    id: foot

    property var desk
    property var view

    readonly property bool leavable: !["away", "attract", "start"].includes(view.place)
    readonly property string nextLanguage: {
        const all = view.languages;
        return all.length > 1 ? all[(all.indexOf(view.language) + 1) % all.length] : "";
    }

    function nameOf(code: string): string {
        const found = Words.languages.find(one => one.code === code);
        return found ? found.name : code;
    }

    implicitHeight: row.implicitHeight + 2 * Theme.spaceS
    color: Theme.surface

    Rectangle {
        width: parent.width
        height: Theme.borderLine
        color: Theme.line
    }
    RowLayout {
        id: row

        anchors.fill: parent
        anchors.leftMargin: Theme.spaceL
        anchors.rightMargin: Theme.spaceL
        anchors.topMargin: Theme.spaceS
        anchors.bottomMargin: Theme.spaceS
        spacing: Theme.touchGap
        uniformCellSizes: true

        FootButton {
            objectName: "home_button"
            opacity: foot.leavable ? 1 : 0
            enabled: foot.leavable
            iconName: "home"
            text: Words.t("kiosk.bar.home", {})
            onClicked: foot.desk.home()
        }
        FootButton {
            objectName: "back_button"
            opacity: foot.leavable ? 1 : 0
            enabled: foot.leavable
            iconName: "back"
            text: Words.t("kiosk.bar.back", {})
            onClicked: foot.desk.back()
        }
        FootButton {
            objectName: "language_toggle"
            opacity: foot.nextLanguage !== "" ? 1 : 0
            enabled: foot.nextLanguage !== ""
            iconName: "language"
            text: foot.nameOf(foot.nextLanguage)
            onClicked: foot.desk.set_language(foot.nextLanguage)
        }
        FootButton {
            objectName: "contrast_toggle"
            iconName: "contrast"
            selected: foot.view.contrast
            text: foot.view.contrast ? Words.t("browsing.bar.contrast_off", {}) : Words.t("browsing.bar.contrast_on", {})
            onClicked: foot.desk.set_contrast(!foot.view.contrast)
        }
        FootButton {
            objectName: "elder_toggle"
            iconName: "elder"
            selected: foot.view.elder
            text: foot.view.elder ? Words.t("kiosk.bar.elder_off", {}) : Words.t("kiosk.bar.elder_on", {})
            onClicked: foot.desk.set_elder(!foot.view.elder)
        }
    }
}
