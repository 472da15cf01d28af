pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts

// Where the person is; a touch on a step goes back to it. steps: list of titles; chosen(-1) is home. However deep the
// tree: the last steps stay readable, those before them are one step of dots that leads one level up from them.
RowLayout {
    id: crumbs

    property var steps: []
    property int most: 3
    readonly property int hidden: Math.max(0, steps.length - most)

    signal chosen(int index)

    spacing: Theme.spaceXs

    Touchable {
        objectName: "crumb_home"
        text: Words.t("ui.action.home", {})
        fill: "transparent"
        edgeWidth: 0
        padding: Theme.spaceXs
        onClicked: crumbs.chosen(-1)

        contentItem: Item {
            implicitWidth: Theme.iconM
            implicitHeight: Theme.iconM

            Icon {
                anchors.centerIn: parent
                name: "home"
                color: Theme.primary
            }
        }
    }
    Icon {
        visible: crumbs.hidden > 0
        name: "chevron-right"
        size: Theme.iconS
        color: Theme.lineStrong
    }
    Touchable {
        objectName: "crumb_more"
        visible: crumbs.hidden > 0
        text: Words.t("ui.action.back", {})
        fill: "transparent"
        edgeWidth: 0
        padding: Theme.spaceXs
        onClicked: crumbs.chosen(crumbs.hidden - 1)

        contentItem: Label {
            text: "\u2026"
            color: Theme.primary
            wrapMode: Text.NoWrap
            Accessible.ignored: true
        }
    }
    Repeater {
        model: crumbs.steps.slice(crumbs.hidden)

        delegate: RowLayout {
            id: step

            required property int index
            required property string modelData
            readonly property int level: crumbs.hidden + index
            readonly property bool last: level === crumbs.steps.length - 1

            spacing: Theme.spaceXs
            Layout.fillWidth: true
            Layout.maximumWidth: implicitWidth
            // The steps before the last stay readable; the last one gives way first.
            Layout.minimumWidth: last ? Theme.touchTarget : Math.min(implicitWidth, crumbs.width / 4)

            Icon {
                name: "chevron-right"
                size: Theme.iconS
                color: Theme.lineStrong
            }
            Touchable {
                objectName: "crumb_" + step.level
                text: step.modelData
                enabled: !step.last
                fill: "transparent"
                edgeWidth: 0
                padding: Theme.spaceXs
                Layout.fillWidth: true
                onClicked: crumbs.chosen(step.level)

                contentItem: Label {
                    text: step.modelData
                    strong: step.last
                    color: step.last ? Theme.foreground : Theme.primary
                    wrapMode: Text.NoWrap
                    Accessible.ignored: true
                }
            }
        }
    }
    Item {
        Layout.fillWidth: true
        Layout.horizontalStretchFactor: 0
    }
}
