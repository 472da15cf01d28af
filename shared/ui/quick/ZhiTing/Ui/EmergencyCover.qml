import QtQuick
import QtQuick.Layouts

// Over everything, until it is taken back or has run out; who is called meanwhile stands at the foot.
Rectangle {
    id: warning

    property var told: null
    // Who stands here may put it aside; it comes back for the next one, and where another emergency is told.
    property bool foldable: false
    // Nobody is here.
    property bool resting: false
    property string folded: ""
    readonly property bool isFolded: !!told && folded === told.identifier && foldable && !told.stays
    // What the folded one takes from the top of the screen.
    readonly property real taken: isFolded ? band.height : 0
    // "A012 → 3" in the hall's words; empty for nobody.
    property string call: ""

    readonly property bool upright: height > width
    readonly property color tone: !told ? Theme.error : told.tone === "error" ? Theme.error : told.tone === "warn" ? Theme.warn : Theme.info

    objectName: "emergency"
    color: isFolded ? "transparent" : tone
    onRestingChanged: {
        if (resting)
            folded = "";
    }
    Accessible.role: Accessible.AlertMessage
    Accessible.name: told ? told.kind + " " + told.headline + " " + told.instruction : ""

    // Nothing below it is touched by mistake.
    MouseArea {
        anchors.fill: parent
        enabled: !warning.isFolded
    }
    Touchable {
        id: band

        objectName: "emergency_band"
        visible: warning.isFolded
        width: parent.width
        radius: 0
        fill: warning.tone
        pressedFill: warning.tone
        edgeWidth: 0
        text: warning.told ? warning.told.headline : ""
        leftPadding: Theme.spaceL
        rightPadding: Theme.spaceL
        contentItem: RowLayout {
            spacing: Theme.spaceM

            Icon {
                name: "warning"
                size: Theme.iconM
                color: Theme.primaryText
            }
            Label {
                text: band.text
                role: "lead"
                strong: true
                color: Theme.primaryText
                maximumLineCount: 1
                wrapMode: Text.NoWrap
                Layout.fillWidth: true
            }
            Label {
                text: Words.t("emergencies.screen.unfold", {})
                role: "body"
                color: Theme.primaryText
                wrapMode: Text.NoWrap
            }
        }
        onClicked: warning.folded = ""
    }
    RowLayout {
        id: head

        visible: !warning.isFolded
        x: Theme.spaceXl
        y: Theme.spaceL
        width: parent.width - 2 * Theme.spaceXl
        spacing: Theme.spaceM

        Icon {
            name: "warning"
            size: Theme.iconL
            color: Theme.primaryText
        }
        Label {
            objectName: "emergency_kind"
            text: warning.told ? warning.told.kind : ""
            role: "headline"
            strong: true
            color: Theme.primaryText
            wrapMode: Text.NoWrap
        }
        Label {
            text: warning.told ? warning.told.kind_second : ""
            role: "lead"
            color: Theme.primaryText
            maximumLineCount: 1
            Layout.fillWidth: true
        }
        Label {
            objectName: "emergency_page"
            text: warning.told ? warning.told.page : ""
            role: "lead"
            strong: true
            color: Theme.primaryText
            wrapMode: Text.NoWrap
        }
    }
    Rectangle {
        visible: !warning.isFolded
        anchors.top: head.bottom
        anchors.topMargin: Theme.spaceM
        anchors.bottom: foot.top
        anchors.bottomMargin: Theme.spaceM
        x: Theme.spaceXl
        width: parent.width - 2 * Theme.spaceXl
        radius: Theme.radiusL
        color: Theme.surface

        ColumnLayout {
            anchors.fill: parent
            anchors.margins: Theme.spaceL
            spacing: Theme.spaceM

            // Two lines of nearly one length: no last sign stands alone.
            component Even: Label {
                id: even

                readonly property real room: parent ? parent.width : 0
                readonly property bool inTwo: metrics.advanceWidth > room && metrics.advanceWidth <= 2 * room
                readonly property TextMetrics metrics: TextMetrics {
                    font: even.font
                    text: even.text
                }

                horizontalAlignment: Text.AlignHCenter
                Layout.alignment: Qt.AlignHCenter
                Layout.fillWidth: true
                Layout.maximumWidth: inTwo ? Math.min(room, metrics.advanceWidth / 2 + 2.5 * font.pixelSize) : room
            }

            Even {
                objectName: "emergency_headline"
                text: warning.told ? warning.told.headline : ""
                role: "display"
                strong: true
                color: warning.tone
                fontSizeMode: Text.Fit
                minimumPixelSize: Theme.textLead
                lineHeight: 0.9
                Layout.fillHeight: true
                Layout.preferredHeight: 40 + text.length
            }
            Label {
                visible: text !== ""
                text: warning.told ? warning.told.headline_second : ""
                role: "title"
                color: warning.tone
                maximumLineCount: 2
                horizontalAlignment: Text.AlignHCenter
                Layout.fillWidth: true
            }
            Even {
                objectName: "emergency_instruction"
                visible: text !== ""
                text: warning.told ? warning.told.instruction : ""
                role: "headline"
                strong: true
                fontSizeMode: Text.Fit
                minimumPixelSize: Theme.textCaption
                Layout.fillHeight: true
                // Each gets room by what it has to say.
                Layout.preferredHeight: 30 + text.length * 0.5
            }
            Label {
                objectName: "emergency_description"
                visible: text !== ""
                text: warning.told ? warning.told.description : ""
                role: "lead"
                fontSizeMode: Text.Fit
                minimumPixelSize: Theme.textCaption * 0.7
                horizontalAlignment: Text.AlignHCenter
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.preferredHeight: 20 + text.length * 0.4
            }
        }
    }
    Label {
        id: foot

        objectName: "emergency_times"
        visible: !warning.isFolded
        anchors.bottom: aside.visible ? aside.top : strip.top
        anchors.bottomMargin: Theme.spaceM
        x: Theme.spaceXl
        width: parent.width - 2 * Theme.spaceXl
        text: warning.told ? warning.told.times : ""
        role: "body"
        color: Theme.primaryText
        horizontalAlignment: Text.AlignHCenter
    }
    BigButton {
        id: aside

        objectName: "emergency_fold"
        visible: warning.foldable && !warning.isFolded && !!warning.told && !warning.told.stays
        anchors.bottom: strip.top
        anchors.bottomMargin: Theme.spaceL
        anchors.horizontalCenter: parent.horizontalCenter
        text: Words.t("emergencies.screen.fold", {})
        onClicked: warning.folded = warning.told.identifier
    }
    Rectangle {
        id: strip

        objectName: "emergency_strip"
        visible: warning.call !== "" && !warning.isFolded
        anchors.bottom: parent.bottom
        width: parent.width
        height: visible ? Theme.textHeadline * 1.8 : 0
        color: Theme.call

        Label {
            objectName: "emergency_call"
            anchors.centerIn: parent
            width: parent.width - 2 * Theme.spaceL
            text: warning.call
            role: "headline"
            strong: true
            color: Theme.callText
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: Theme.textCaption
            wrapMode: Text.NoWrap
            horizontalAlignment: Text.AlignHCenter
        }
    }
}
