pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts

// Where the person is; a touch on a step goes back to it. steps: list of titles; chosen(-1) is home.
RowLayout {
    id: crumbs

    property var steps: []

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
    Repeater {
        model: crumbs.steps

        delegate: RowLayout {
            id: step

            required property int index
            required property string modelData
            readonly property bool last: index === crumbs.steps.length - 1

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
                objectName: "crumb_" + step.index
                text: step.modelData
                enabled: !step.last
                fill: "transparent"
                edgeWidth: 0
                padding: Theme.spaceXs
                Layout.fillWidth: true
                onClicked: crumbs.chosen(step.index)

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
