pragma ComponentBehavior: Bound

import QtQuick
import ZhiTing.Ui 1.0
import "features/attract" as Attract
import "features/queueing" as Queueing

// The kiosk's screen: head, journey, foot; over it the attract loop, a notice, the question whether somebody is there.
// Names: attract, home_button, back_button, language_toggle, elder_toggle, notice, notice_close, notice_action,
// idle_warning, idle_stay; the steps' own names stand in features/queueing/View.qml.
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
    // The server is away and numbers are given all the same: what is shown is not news any more.
    Strip {
        id: alone

        anchors.top: bar.bottom
        width: parent.width
        words: root.view.alone_text
        wordsName: "alone_text"
    }
    Queueing.View {
        id: journey

        anchors.top: alone.bottom
        anchors.bottom: foot.top
        anchors.left: parent.left
        anchors.right: parent.right
        desk: root.desk
        view: root.view
        wide: root.wide
        // Wheelchair users reach the lower 60 % of a portrait screen.
        reach: root.wide ? 0 : root.height * 0.4 - bar.height - alone.height
    }
    FootBar {
        id: foot

        anchors.bottom: parent.bottom
        width: parent.width
        desk: root.desk
        view: root.view
    }
    Attract.View {
        objectName: "attract"
        anchors.fill: parent
        visible: root.view.step === "attract"
        slides: root.loop.view
        reader: root.view.reader
        takeCard: root.view.card_on_reader
        wide: root.wide
        onOver: root.loop.next()
        onFailing: root.loop.skip()
    }
    Sheet {
        id: notice

        objectName: "notice"
        open: root.view.notice.open
        tone: root.view.notice.tone
        title: root.view.notice.title
        words: root.view.notice.text
        closeName: "notice_close"
        closeText: Words.t("kiosk.notice.ok", {})
        actionName: "notice_action"
        actionText: root.view.notice.action === "type_number" ? Words.t("kiosk.notice.type_number", {}) : ""
        onClosed: root.desk.close_notice()
        onActed: root.desk.type_number()
    }
    Sheet {
        objectName: "idle_warning"
        open: root.view.idle_left > 0
        tone: "info"
        countdown: root.view.idle_left
        title: Words.t("kiosk.idle.title", {})
        words: Words.t("kiosk.idle.hint", {n: root.view.idle_left})
        closeName: "idle_stay"
        closeText: Words.t("kiosk.idle.stay", {})
        onClosed: root.desk.touch()
    }
    // Over all of it; what does not send people out of the house can be put aside by who has begun something.
    Loader {
        anchors.fill: parent
        active: !!root.warnings.view.told
        sourceComponent: EmergencyCover {
            told: root.warnings.view.told
            call: ""
            foldable: true
            resting: ["away", "attract"].includes(root.view.step)
        }
    }
    IdleWatcher {
        anchors.fill: parent
        active: false
        onTouched: root.desk.touch()
    }
}
