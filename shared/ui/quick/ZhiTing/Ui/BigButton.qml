import QtQuick
import QtQuick.Layouts

// The thing to press on a screen. kind: primary | secondary | quiet; `tile` puts a large icon above the words.
Touchable {
    id: button

    property string subtitle
    property string iconName
    property string kind: "secondary"
    property bool tile: false
    property string role: tile ? "title" : "lead"
    // One line, in smaller letters where its room is short.
    property bool tight: false

    readonly property color ink: {
        if (!enabled)
            return Theme.faint;
        return kind === "primary" ? Theme.primaryText : Theme.primary;
    }
    readonly property color inkSoft: {
        if (!enabled)
            return Theme.faint;
        return kind === "primary" ? Theme.primaryTextMuted : Theme.muted;
    }

    raised: kind !== "quiet"
    fill: {
        if (!enabled)
            return Theme.surfaceSunken;
        if (kind === "primary")
            return Theme.primary;
        return kind === "quiet" ? "transparent" : Theme.surface;
    }
    pressedFill: kind === "primary" ? Theme.primaryPressed : Theme.primarySoft
    edge: enabled ? Theme.primary : Theme.line
    edgeWidth: kind === "secondary" ? Theme.borderLine : 0
    padding: tile ? Theme.spaceL : Theme.spaceS
    leftPadding: tile ? Theme.spaceM : Theme.spaceL
    rightPadding: leftPadding
    Accessible.description: subtitle

    contentItem: Item {
        implicitWidth: grid.implicitWidth
        implicitHeight: grid.implicitHeight

        GridLayout {
            id: grid

            anchors.centerIn: parent
            width: Math.min(implicitWidth, parent.width)
            columns: button.tile ? 1 : 2
            columnSpacing: Theme.spaceS
            rowSpacing: Theme.spaceM

            Icon {
                visible: button.iconName !== ""
                name: button.iconName
                size: {
                    if (button.tile)
                        return Theme.iconL;
                    return button.role === "body" || button.role === "caption" ? Theme.iconS : Theme.iconM;
                }
                color: button.ink
                Layout.alignment: Qt.AlignCenter
            }
            ColumnLayout {
                spacing: Theme.spaceXs
                Layout.fillWidth: true

                Label {
                    text: button.text
                    role: button.role
                    strong: true
                    color: button.ink
                    maximumLineCount: button.tight ? 1 : 3
                    wrapMode: button.tight ? Text.NoWrap : Text.Wrap
                    fontSizeMode: button.tight ? Text.HorizontalFit : Text.FixedSize
                    minimumPixelSize: 0.75 * Theme.textCaption
                    horizontalAlignment: button.tile ? Text.AlignHCenter : Text.AlignLeft
                    Layout.fillWidth: true
                    Accessible.ignored: true
                }
                Label {
                    visible: button.subtitle !== ""
                    text: button.subtitle
                    role: "caption"
                    color: button.inkSoft
                    maximumLineCount: 3
                    horizontalAlignment: button.tile ? Text.AlignHCenter : Text.AlignLeft
                    Layout.fillWidth: true
                    Accessible.ignored: true
                }
            }
        }
    }
}
