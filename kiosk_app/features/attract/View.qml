pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// Nobody is here: the hall's facts, slowly; the whole screen is one button.
Rectangle {
    id: loop

    property var slides
    property string reader
    property bool takeCard: false
    property bool wide: false
    property string invite: Words.t("kiosk.attract.touch", {})
    readonly property var slide: slides.slide

    // A film has ended.
    signal over
    // A film can't be shown.
    signal failing

    color: Theme.primary
    Accessible.role: Accessible.Button
    Accessible.name: loop.invite

    // Takes what is below away from the finger; the touch itself is seen by the watcher above everything.
    MouseArea {
        anchors.fill: parent
    }
    Rectangle {
        x: -width * 0.35
        y: -height * 0.3
        width: Math.max(parent.width, parent.height) * 0.8
        height: width
        radius: width / 2
        color: Qt.alpha(Theme.primaryPressed, 0.55)
    }
    Rectangle {
        x: parent.width - width * 0.55
        y: parent.height * 0.45
        width: Math.max(parent.width, parent.height) * 0.5
        height: width
        radius: width / 2
        color: Qt.alpha(Theme.primaryHover, 0.6)
    }
    Image {
        visible: source.toString() !== ""
        anchors.top: parent.top
        anchors.bottom: invitation.top
        width: parent.width
        source: loop.slide.picture
        fillMode: loop.slide.cover ? Image.PreserveAspectCrop : Image.PreserveAspectFit
        sourceSize: Qt.size(Math.max(1, width), Math.max(1, height))
        asynchronous: true
    }
    // Only where a film plays is there a player.
    Loader {
        id: film

        anchors.top: parent.top
        anchors.bottom: invitation.top
        width: parent.width
        active: loop.visible && loop.slide.film !== ""
        source: "../../FilmSlide.qml"
        onLoaded: {
            item.film = Qt.binding(() => loop.slide.film);
            item.cover = Qt.binding(() => loop.slide.cover);
            item.again = Qt.binding(() => loop.slides.count === 1);
        }

        Connections {
            target: film.item
            ignoreUnknownSignals: true
            function onOver() {
                loop.over();
            }
            function onFailing() {
                loop.failing();
            }
        }
    }
    ColumnLayout {
        id: words

        visible: loop.slide.picture === "" && loop.slide.film === ""
        x: Theme.spaceXxl
        width: parent.width - 2 * Theme.spaceXxl
        anchors.top: parent.top
        anchors.bottom: invitation.top
        anchors.topMargin: Theme.spaceXxl
        anchors.bottomMargin: Theme.spaceXl
        spacing: Theme.spaceL

        Item {
            Layout.fillHeight: true
        }
        Rectangle {
            Layout.preferredWidth: 2 * Theme.iconL
            Layout.preferredHeight: 2 * Theme.iconL
            radius: width / 2
            color: Qt.alpha(Theme.primaryText, 0.14)

            Icon {
                anchors.centerIn: parent
                name: loop.slide.icon
                size: 1.2 * Theme.iconL
                color: Theme.primaryText
            }
        }
        Label {
            text: loop.slide.title
            role: loop.slide.title.length > 14 ? "headline" : "display"
            strong: true
            lineHeight: 1.2
            color: Theme.primaryText
            Layout.fillWidth: true
        }
        Repeater {
            model: loop.slide.lines.length

            delegate: Label {
                required property int index

                text: loop.slide.lines[index] ?? ""
                role: loop.slide.lines.length > 1 ? "lead" : "title"
                lineHeight: 1.2
                color: Theme.primaryTextMuted
                Layout.fillWidth: true
            }
        }
        Item {
            Layout.fillHeight: true
        }
    }
    Row {
        anchors.horizontalCenter: parent.horizontalCenter
        anchors.bottom: invitation.top
        anchors.bottomMargin: Theme.spaceL
        spacing: Theme.spaceS

        Repeater {
            model: loop.slides.count

            delegate: Rectangle {
                required property int index

                width: index === loop.slides.index ? 3 * Theme.spaceS : Theme.spaceS
                height: Theme.spaceS
                radius: height / 2
                color: index === loop.slides.index ? Theme.primaryText : Qt.alpha(Theme.primaryText, 0.4)
            }
        }
    }
    Rectangle {
        id: invitation

        anchors.bottom: parent.bottom
        width: parent.width
        height: loop.height * (loop.wide ? 0.3 : 0.26)
        color: Theme.background

        ColumnLayout {
            anchors.centerIn: parent
            width: parent.width - 2 * Theme.spaceXl
            spacing: Theme.spaceM

            Icon {
                name: loop.takeCard ? "id-card" : "hand"
                size: Theme.iconL
                color: Theme.primary
                Layout.alignment: Qt.AlignHCenter
            }
            Label {
                text: loop.takeCard ? Words.t("kiosk.start.take_card", {}) : loop.invite
                role: "headline"
                strong: true
                color: Theme.primary
                horizontalAlignment: Text.AlignHCenter
                Layout.fillWidth: true
            }
            Label {
                visible: loop.reader === "ok" && !loop.takeCard
                text: Words.t("kiosk.attract.card", {})
                role: "lead"
                muted: true
                horizontalAlignment: Text.AlignHCenter
                Layout.fillWidth: true
            }
        }
    }
}
