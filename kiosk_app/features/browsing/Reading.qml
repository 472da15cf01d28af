pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// A text that scrolls under a finger, and by two buttons for whoever can't drag.
Card {
    id: reading

    property var view

    readonly property bool long: flick.contentHeight > flick.height + 1
    readonly property var blank: ({text: "", kind: "text", label: "", note: "", badge: "", picture: ""})

    padding: Theme.spaceL
    // Its room is given: what stands inside asks for none.
    implicitWidth: Theme.touchTarget
    implicitHeight: Theme.touchTarget

    function turn(by: int) {
        const most = Math.max(0, flick.contentHeight - flick.height);
        flick.contentY = Math.max(0, Math.min(most, flick.contentY + by * 0.85 * flick.height));
    }

    Flickable {
        id: flick

        // Another text begins at its beginning.
        readonly property string shown: reading.view.place + reading.view.title + reading.view.tabs.map(tab => tab.chosen).join()

        objectName: "text_scroll"
        anchors.left: parent.left
        anchors.top: parent.top
        anchors.bottom: parent.bottom
        anchors.right: buttons.visible ? buttons.left : parent.right
        anchors.rightMargin: buttons.visible ? Theme.spaceM : 0
        clip: true
        contentWidth: width
        contentHeight: column.height
        boundsBehavior: Flickable.StopAtBounds
        onShownChanged: contentY = 0

        Column {
            id: column

            width: flick.width
            spacing: Theme.spaceM

            Loader {
                active: reading.view.film !== ""
                visible: active
                source: "../../FilmSlide.qml"
                onLoaded: {
                    item.film = Qt.binding(() => reading.view.film);
                    item.again = true;
                }
                width: flick.width
                height: Math.min(0.6 * flick.height, flick.width * 9 / 16)
            }
            Image {
                objectName: "text_picture"
                visible: source.toString() !== "" && reading.view.film === ""
                source: reading.view.picture
                sourceSize: Qt.size(Math.max(1, flick.width), 0)
                asynchronous: true
                fillMode: Image.PreserveAspectFit
                width: flick.width
                height: implicitWidth > 0 ? Math.min(0.7 * flick.height, flick.width * implicitHeight / implicitWidth) : 0
            }
            Repeater {
                model: reading.view.lines.length

                delegate: ReadLine {
                    required property int index

                    line: reading.view.lines[index] ?? reading.blank
                    room: flick.width
                    width: flick.width
                }
            }
        }
    }
    GridLayout {
        id: buttons

        visible: reading.long
        // Where one does not stand above the other they stand beside each other.
        columns: parent.height < 2 * Theme.touchTarget + Theme.touchGap ? 2 : 1
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        columnSpacing: Theme.touchGap
        rowSpacing: Theme.touchGap

        BigButton {
            objectName: "scroll_up"
            iconName: "chevron-up"
            enabled: flick.contentY > 0
            leftPadding: Theme.spaceS
            Accessible.name: Words.t("browsing.guide.scroll_up", {})
            Layout.preferredWidth: Theme.touchTarget
            Layout.preferredHeight: Theme.touchTarget
            onClicked: reading.turn(-1)
        }
        BigButton {
            objectName: "scroll_down"
            iconName: "chevron-down"
            enabled: flick.contentY < flick.contentHeight - flick.height - 1
            leftPadding: Theme.spaceS
            Accessible.name: Words.t("browsing.guide.scroll_down", {})
            Layout.preferredWidth: Theme.touchTarget
            Layout.preferredHeight: Theme.touchTarget
            onClicked: reading.turn(1)
        }
    }
}
