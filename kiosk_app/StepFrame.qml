import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// Every step: what is asked above (or left), what can be touched below (or right), within reach.
Item {
    id: frame

    property var desk
    property var view
    property bool wide: false
    property real reach: 0
    property string title
    property string titleRole: "headline"
    property string subtitle
    property string eyebrow
    // What may give way when the step needs room for touching.
    property real headShare: 1
    // The head has a use for all the room there is.
    property bool headFills: false
    property alias head: headBody.data
    default property alias body: lower.data

    readonly property real margin: Theme.spaceXl
    readonly property real top_: wide ? 0 : reach * headShare

    ColumnLayout {
        id: upper

        x: frame.margin
        y: Theme.spaceL
        width: frame.wide ? frame.width * 0.36 : frame.width - 2 * frame.margin
        height: (frame.wide ? frame.height : frame.top_) - y - Theme.spaceM
        spacing: Theme.spaceS

        Item {
            Layout.fillHeight: true
            Layout.preferredHeight: 1
            visible: !frame.headFills && (frame.wide || headBody.children.length === 0)
        }
        Label {
            visible: frame.eyebrow !== ""
            text: frame.eyebrow
            role: "title"
            color: Theme.primary
            strong: true
            Layout.fillWidth: true
        }
        Label {
            text: frame.title
            role: frame.titleRole
            strong: true
            maximumLineCount: 3
            Layout.fillWidth: true
        }
        Label {
            visible: frame.subtitle !== ""
            text: frame.subtitle
            role: "lead"
            muted: true
            maximumLineCount: 3
            Layout.fillWidth: true
        }
        Item {
            id: headBody

            visible: children.length > 0
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.preferredHeight: 3
            Layout.topMargin: Theme.spaceS
        }
        Item {
            Layout.fillHeight: true
            Layout.preferredHeight: 1
            visible: !frame.headFills && (frame.wide || headBody.children.length === 0)
        }
    }
    Item {
        id: lower

        x: frame.wide ? upper.x + upper.width + Theme.spaceXl : frame.margin
        y: frame.wide ? Theme.spaceL : frame.top_
        width: frame.width - x - frame.margin
        height: frame.height - y - Theme.spaceL
    }
}
