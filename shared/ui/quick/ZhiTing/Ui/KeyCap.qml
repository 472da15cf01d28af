import QtQuick
import QtQuick.Layouts

// One key of a keypad: a sign or an icon. It answers on press, as people with slow fingers expect.
Touchable {
    id: cap

    property string iconName
    property bool accent: false
    property bool quiet: false
    // What the program offers, not what the keypad always has.
    property bool soft: false

    readonly property color ink: {
        if (!enabled)
            return Theme.faint;
        if (soft)
            return Theme.primary;
        return accent ? Theme.primaryText : Theme.foreground;
    }

    implicitWidth: Theme.touchKey
    implicitHeight: Theme.touchKey
    padding: Theme.spaceXs
    Layout.minimumHeight: implicitHeight
    Layout.fillWidth: true
    Layout.fillHeight: true
    raised: true
    fill: {
        if (accent)
            return enabled ? Theme.primary : Theme.surfaceSunken;
        if (soft)
            return Theme.primarySoft;
        return quiet ? Theme.surfaceSunken : Theme.surface;
    }
    pressedFill: accent ? Theme.primaryPressed : Theme.selection
    edge: {
        if (soft)
            return Theme.primary;
        return accent ? "transparent" : Theme.line;
    }
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
            strong: cap.text.length === 1 || cap.accent || cap.soft
            color: cap.ink
            wrapMode: Text.NoWrap
            fontSizeMode: Text.Fit
            minimumPixelSize: Theme.textCaption * 0.7
            Accessible.ignored: true
        }
    }
}
