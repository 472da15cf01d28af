import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// One picture and two lines: free, paused, closed, saving, thanks.
Item {
    id: scene

    objectName: "scene_" + view.scene

    property var view

    readonly property var look: {
        switch (view.scene) {
        case "closed":
            return {icon: "lock", tone: "neutral", title: Words.t("counter.citizen.closed", {}), about: Words.t("counter.citizen.closed_about", {})};
        case "idle":
            return {icon: "people", tone: "primary", title: Words.t("counter.citizen.idle", {}), about: Words.t("counter.citizen.idle_about", {})};
        case "paused":
            return {icon: "pause", tone: "warn", title: Words.t("counter.citizen.paused", {}), about: Words.t("counter.citizen.paused_about", {})};
        case "thanks":
            return {icon: "check-circle", tone: "ok", title: Words.t("counter.rating.thanks", {}), about: Words.t("counter.rating.thanks_about", {})};
        case "already":
            return {icon: "check-circle", tone: "ok", title: Words.t("counter.rating.already", {}), about: Words.t("counter.rating.thanks_about", {})};
        case "not_kept":
            return {icon: "warning", tone: "error", title: Words.t("counter.rating.not_kept", {}), about: ""};
        case "saving":
            return {icon: "", tone: "primary", title: Words.t("counter.rating.saving", {}), about: ""};
        default:
            return {icon: "", tone: "primary", title: Words.t("counter.citizen.starting", {}), about: Words.t("counter.citizen.starting_about", {})};
        }
    }

    ColumnLayout {
        anchors.centerIn: parent
        width: parent.width
        spacing: Theme.spaceL

        Rectangle {
            visible: scene.look.icon !== ""
            radius: width / 2
            color: Theme.toneSoft(scene.look.tone)
            border.color: Theme.toneColor(scene.look.tone)
            border.width: Theme.borderStrong
            Layout.preferredWidth: 2.4 * Theme.iconL
            Layout.preferredHeight: 2.4 * Theme.iconL
            Layout.alignment: Qt.AlignHCenter

            Icon {
                anchors.centerIn: parent
                name: scene.look.icon
                size: 1.3 * Theme.iconL
                color: Theme.toneColor(scene.look.tone)
            }
        }
        Spinner {
            visible: scene.look.icon === ""
            running: visible
            text: ""
            Layout.alignment: Qt.AlignHCenter
        }
        Label {
            objectName: scene.view.scene === "thanks" ? "thanks" : "notice_title"
            text: scene.look.title
            role: scene.view.scene === "not_kept" || scene.view.scene === "already" ? "title" : "headline"
            strong: true
            color: Theme.foreground
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }
        Label {
            objectName: "pause_reason"
            visible: scene.view.scene === "paused" && text !== ""
            text: scene.view.pause_known ? Words.t("counter.pause." + scene.view.pause_reason, {}) : scene.view.pause_reason
            role: "title"
            strong: true
            color: Theme.warn
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }
        Label {
            visible: text !== ""
            text: scene.look.about
            role: "lead"
            muted: true
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }
    }
}
