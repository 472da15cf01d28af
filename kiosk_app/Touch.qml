pragma ComponentBehavior: Bound

import QtQuick
import ZhiTing.Ui 1.0
import "features/attract" as Attract
import "features/browsing" as Browsing

// The touch browser's screen: head, what is read or chosen, foot; over it the attract loop and the question whether
// somebody is there.
// Names: attract, as_of, home_button, back_button, language_toggle, contrast_toggle, elder_toggle, idle_warning,
// idle_stay; those of the screens stand in features/browsing/View.qml.
Rectangle {
    id: root

    // qmllint disable unqualified
    readonly property var desk: presenter
    readonly property var loop: attract
    readonly property var warnings: emergencies
    // qmllint enable unqualified
    readonly property var view: desk.view
    readonly property bool wide: width > height

    color: Theme.background
    onWideChanged: desk.set_lying(wide)
    Component.onCompleted: desk.set_lying(wide)

    TopBar {
        id: bar

        width: parent.width
        hallName: root.view.hall_name
        showLanguage: false
        showElder: false
        clockOffsetMs: root.view.clock_offset_ms
    }
    Strip {
        id: asOf

        anchors.top: bar.bottom
        width: parent.width
        words: root.view.as_of
        wordsName: "as_of"
    }
    Browsing.View {
        anchors.top: asOf.bottom
        anchors.bottom: foot.top
        anchors.left: parent.left
        anchors.right: parent.right
        desk: root.desk
        view: root.view
        wide: root.wide
        // Wheelchair users reach the lower 60 % of a portrait screen.
        reach: root.wide ? 0 : root.height * 0.4 - bar.height - asOf.height
    }
    Browsing.Foot {
        id: foot

        anchors.bottom: parent.bottom
        width: parent.width
        desk: root.desk
        view: root.view
    }
    Attract.View {
        objectName: "attract"
        anchors.fill: parent
        visible: root.view.place === "attract"
        slides: root.loop.view
        wide: root.wide
        invite: Words.t("browsing.attract.touch", {})
        onOver: root.loop.next()
        onFailing: root.loop.skip()
    }
    Sheet {
        objectName: "idle_warning"
        open: root.view.idle_left > 0
        tone: "info"
        countdown: root.view.idle_left
        title: Words.t("kiosk.idle.title", {})
        words: Words.t("browsing.idle", {n: root.view.idle_left})
        closeName: "idle_stay"
        closeText: Words.t("browsing.stay", {})
        onClosed: root.desk.touch()
    }
    // Over all of it, as on the ticket machine.
    Loader {
        anchors.fill: parent
        active: !!root.warnings.view.told
        sourceComponent: EmergencyCover {
            told: root.warnings.view.told
            call: ""
            foldable: true
            resting: ["away", "attract"].includes(root.view.place)
        }
    }
    IdleWatcher {
        anchors.fill: parent
        active: false
        onTouched: root.desk.touch()
    }
}
