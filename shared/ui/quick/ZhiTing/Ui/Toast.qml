import QtQuick
import QtQuick.Layouts

// Says what was just done and lets it be undone: show("...", true) -> undone() or expired().
Rectangle {
    id: toast

    property string text
    property bool undoable: false
    property int seconds: undoable ? Theme.secondsUndo : Theme.secondsToast
    property int remaining: 0
    readonly property bool open: remaining > 0

    signal undone
    signal expired

    function show(message: string, canUndo: bool) {
        text = message;
        undoable = canUndo;
        remaining = seconds;
    }

    function hide() {
        remaining = 0;
    }

    visible: opacity > 0
    opacity: open ? 1 : 0
    implicitWidth: 18 * Theme.textLead
    implicitHeight: Math.max(Theme.touchTarget, row.implicitHeight) + 2 * Theme.spaceS
    radius: Theme.radiusM
    color: Theme.foreground
    Accessible.role: Accessible.AlertMessage
    Accessible.name: text

    Behavior on opacity {
        enabled: !Theme.still
        NumberAnimation {
            duration: Theme.motionQuick
        }
    }
    Timer {
        interval: 1000
        repeat: true
        running: toast.open
        onTriggered: {
            toast.remaining -= 1;
            if (toast.remaining === 0)
                toast.expired();
        }
    }
    RowLayout {
        id: row

        anchors.verticalCenter: parent.verticalCenter
        x: Theme.spaceL
        width: parent.width - Theme.spaceL - Theme.spaceS
        spacing: Theme.spaceM

        Icon {
            name: "check-circle"
            color: Theme.surface
        }
        Label {
            text: toast.text
            color: Theme.surface
            maximumLineCount: 2
            Layout.fillWidth: true
            Accessible.ignored: true
        }
        BigButton {
            objectName: "toast_undo"
            visible: toast.undoable
            text: Words.t("ui.action.undo_in", {n: toast.remaining})
            iconName: "undo"
            onClicked: {
                toast.hide();
                toast.undone();
            }
        }
    }
}
