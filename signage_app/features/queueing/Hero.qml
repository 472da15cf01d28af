import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// Whose turn it is: red while it is being called, calm afterwards.
Rectangle {
    id: hero

    required property var view

    readonly property var call: view.hero || null
    readonly property bool calling: call !== null && view.highlighted
    readonly property color ink: calling ? Theme.callText : Theme.foreground
    readonly property color soft: calling ? Theme.callText : Theme.muted

    objectName: "hero"
    radius: Theme.radiusL
    color: Theme.surface
    border.color: Theme.line
    border.width: Theme.borderLine
    clip: true

    // Red from the first frame on, as its letters are white at once; only the calm afterwards comes slowly.
    states: State {
        name: "calling"
        when: hero.calling

        PropertyChanges {
            hero.color: Theme.call
            hero.border.color: Theme.call
        }
    }
    transitions: Transition {
        from: "calling"
        to: ""

        ColorAnimation {
            duration: Theme.motionSlow
        }
    }
    ColumnLayout {
        visible: hero.call !== null
        anchors.fill: parent
        anchors.margins: Theme.spaceM
        anchors.bottomMargin: Theme.spaceS
        spacing: 0

        Figure {
            before: hero.call ? hero.call.before_number : ""
            after: hero.call ? hero.call.after_number : ""
            name: "current_number"
            text: hero.call ? hero.call.number : ""
            size: Theme.textNumber
            color: hero.ink
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.preferredHeight: 48
        }
        Figure {
            before: hero.call ? hero.call.before_counter : ""
            after: hero.call ? hero.call.after_counter : ""
            name: "current_counter"
            text: hero.call ? hero.call.counter : ""
            size: Math.round(Theme.textDisplay * 1.25)
            color: hero.ink
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.preferredHeight: 34
        }
        Label {
            objectName: "current_service"
            text: hero.call ? [hero.call.recalled ? Words.t("signage.hero.again", {}) : "", hero.call.service].filter(part => part).join(" · ") : ""
            role: "body"
            strong: true
            color: hero.soft
            horizontalAlignment: Text.AlignHCenter
            maximumLineCount: 1
            wrapMode: Text.NoWrap
            Layout.fillWidth: true
        }
        Label {
            visible: text !== ""
            text: hero.call ? hero.call.sentence_second : ""
            role: "caption"
            color: hero.soft
            horizontalAlignment: Text.AlignHCenter
            maximumLineCount: 1
            wrapMode: Text.NoWrap
            Layout.fillWidth: true
        }
    }
    ColumnLayout {
        visible: hero.call === null
        anchors.centerIn: parent
        width: parent.width - 2 * Theme.spaceXl
        spacing: Theme.spaceM

        Icon {
            name: "ticket"
            size: Theme.iconL
            color: Theme.primary
            Layout.alignment: Qt.AlignHCenter
        }
        Label {
            text: Words.t("signage.hero.empty", {})
            role: "headline"
            strong: true
            color: Theme.primary
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }
        Label {
            text: Words.t("signage.hero.empty_hint", {})
            role: "body"
            muted: true
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }
    }
}
