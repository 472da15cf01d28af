import QtQuick
import QtQuick.Layouts

// One key of a keypad: a sign or an icon. It answers on press, as people with slow fingers expect.
Touchable {
    id: cap

    property string iconName
    property bool accent: false
    property bool quiet: false

    readonly property color ink: {
        if (!enabled)
            return Theme.faint;
        return accent ? Theme.primaryText : Theme.foreground;
    }

    implicitWidth: Theme.touchKey
    implicitHeight: Theme.touchKey
    padding: Theme.spaceXs
    Layout.minimumHeight: implicitHeight
    Layout.fillWidth: true
    Layout.fillHeight: true
    raised: true
    focusPolicy: Qt.TabFocus
    fill: {
        if (accent)
            return enabled ? Theme.primary : Theme.surfaceSunken;
        return quiet ? Theme.surfaceSunken : Theme.surface;
    }
    pressedFill: accent ? Theme.primaryPressed : Theme.selection
    edge: accent ? "transparent" : Theme.line
    Accessible.name: Words.t("ui.keypad.key", {key: text})

    contentItem: Item {
        Icon {
            visible: cap.iconName !== ""
            anchors.centerIn: parent
            name: cap.iconName
            size: Theme.iconM
            color: cap.ink
        }
        Label {
            visible: cap.iconName === ""
            anchors.fill: parent
            horizontalAlignment: Text.AlignHCenter
            text: cap.text
            role: cap.text.length > 1 ? "lead" : "title"
            strong: cap.text.length === 1 || cap.accent
            color: cap.ink
            fontSizeMode: Text.Fit
            minimumPixelSize: Theme.textCaption
            Accessible.ignored: true
        }
    }
}
