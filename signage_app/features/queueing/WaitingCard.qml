pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// How many wait for what.
Rectangle {
    id: card

    required property var view

    readonly property int gap: Theme.spaceS
    readonly property real half: (width - 2 * Theme.spaceM - Theme.spaceL) / 2

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
        Item {
            Layout.fillWidth: true
        }
        Label {
            visible: card.view.waiting_more > 0
            text: Words.t("signage.waiting.more", {n: card.view.waiting_more})
            role: "caption"
            muted: true
        }
    }
    Item {
        id: space

        anchors.top: title.bottom
        anchors.topMargin: Theme.spaceXs
        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.spaceS
        x: Theme.spaceM
        width: parent.width - 2 * Theme.spaceM

        Repeater {
            model: 4

            RowLayout {
                id: line

                required property int index
                readonly property var entry: index < card.view.waiting.length ? card.view.waiting[index] : null

                objectName: "waiting_" + index
                visible: entry !== null
                x: index % 2 * (card.half + Theme.spaceL)
                y: Math.floor(index / 2) * space.height / 2
                width: card.half
                height: space.height / 2
                spacing: Theme.spaceS

                Label {
                    text: line.entry ? line.entry.service : ""
                    role: "caption"
                    maximumLineCount: 2
                    lineHeight: 0.86
                    Layout.fillWidth: true
                }
                Label {
                    text: line.entry ? line.entry.waiting : ""
                    role: "title"
                    strong: true
                    color: Theme.primary
                    horizontalAlignment: Text.AlignRight
                    wrapMode: Text.NoWrap
                }
            }
        }
        Label {
            visible: card.view.waiting.length === 0
            anchors.centerIn: parent
            text: Words.t("signage.waiting.none", {})
            role: "body"
            muted: true
        }
    }
}
