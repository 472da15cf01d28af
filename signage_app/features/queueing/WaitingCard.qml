pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// How many wait for what, and how long who comes now.
Rectangle {
    id: card

    required property var view

    readonly property int places: 4

    objectName: "waiting_card"

    radius: Theme.radiusL
    color: Theme.surface
    border.color: Theme.line
    border.width: Theme.borderLine

    RowLayout {
        id: title

        x: Theme.spaceM
        y: Theme.spaceS
        width: parent.width - 2 * Theme.spaceM
        spacing: Theme.spaceS

        Icon {
            name: "people"
            size: Theme.iconS
            color: Theme.primary
        }
        Label {
            text: Words.t("signage.waiting.title", {})
            role: "body"
            strong: true
            color: Theme.primary
        }
        Label {
            objectName: "waiting_total"
            text: card.view.waiting_total > 0 ? Words.t("signage.waiting.people", {n: card.view.waiting_total}) : ""
            role: "body"
            strong: true
            color: Theme.primary
        }
        Label {
            objectName: "waiting_more"
            visible: card.view.waiting_more > 0
            text: Words.t("signage.waiting.more", {n: card.view.waiting_more})
            role: "caption"
            muted: true
            wrapMode: Text.NoWrap
        }
        Item {
            Layout.fillWidth: true
        }
        Label {
            objectName: "waiting_expected"
            visible: card.view.waits_known
            text: Words.t("signage.waiting.expected", {})
            role: "caption"
            muted: true
            wrapMode: Text.NoWrap
            Layout.leftMargin: Theme.spaceS
        }
    }
    // The widest that is ever said: columns that move with their figures cannot be read.
    Label {
        id: sample

        visible: false
        role: "body"
        strong: true
    }
    TextMetrics {
        id: longest

        font: sample.font
        text: Words.t("ui.wait.range", {low: 100, high: 180})
    }
    ColumnLayout {
        anchors.top: title.bottom
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.spaceXs
        x: Theme.spaceM
        width: parent.width - 2 * Theme.spaceM
        spacing: 0

        Repeater {
            model: card.places

            RowLayout {
                id: line

                required property int index
                readonly property var entry: index < card.view.waiting.length ? card.view.waiting[index] : null

                objectName: "waiting_" + index
                opacity: entry !== null ? 1 : 0
                spacing: Theme.spaceS
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.preferredHeight: 1
                Layout.minimumHeight: 0

                Label {
                    objectName: "waiting_name_" + line.index
                    text: line.entry ? line.entry.service : ""
                    role: "caption"
                    maximumLineCount: 1
                    wrapMode: Text.NoWrap
                    Layout.fillWidth: true
                }
                Label {
                    objectName: "waiting_people_" + line.index
                    text: line.entry ? Words.t("signage.waiting.people", {n: line.entry.waiting}) : ""
                    role: "body"
                    strong: true
                    color: Theme.primary
                    horizontalAlignment: Text.AlignRight
                    wrapMode: Text.NoWrap
                }
                Label {
                    objectName: "wait_" + line.index
                    visible: card.view.waits_known
                    text: line.entry ? line.entry.wait : ""
                    role: "body"
                    strong: true
                    horizontalAlignment: Text.AlignRight
                    wrapMode: Text.NoWrap
                    Layout.preferredWidth: longest.advanceWidth
                }
            }
        }
    }
    Label {
        objectName: "waiting_none"
        // Without the hall nobody knows.
        visible: card.view.waiting.length === 0 && card.view.as_of === ""
        anchors.centerIn: parent
        anchors.verticalCenterOffset: title.height / 2
        text: Words.t("signage.waiting.none", {})
        role: "body"
        muted: true
    }
}
