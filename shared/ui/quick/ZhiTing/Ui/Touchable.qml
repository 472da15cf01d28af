import QtQuick
import QtQuick.Templates as T

// Anything that can be pressed: touch, mouse, Enter and Space; a visible focus ring; it sinks a little when pressed.
T.AbstractButton {
    id: touchable

    property int radius: Theme.radiusM
    property color fill: Theme.surface
    property color pressedFill: Theme.primarySoft
    property color edge: Theme.line
    property int edgeWidth: Theme.borderLine
    property bool raised: false

    implicitWidth: Math.max(Theme.touchTarget, implicitContentWidth + leftPadding + rightPadding)
    implicitHeight: Math.max(Theme.touchTarget, implicitContentHeight + topPadding + bottomPadding)
    // A touch does not take the keyboard away from what is being typed into.
    focusPolicy: Qt.TabFocus
    scale: down && !Theme.still ? 0.98 : 1
    Accessible.role: Accessible.Button
    Accessible.name: text
    Keys.onReturnPressed: event => {
        if (!event.isAutoRepeat)
            touchable.click();
    }
    Keys.onEnterPressed: event => {
        if (!event.isAutoRepeat)
            touchable.click();
    }

    Behavior on scale {
        enabled: !Theme.still
        NumberAnimation {
            duration: Theme.motionPress
            easing.type: Easing.OutQuad
        }
    }

    background: Item {
        Rectangle {
            visible: touchable.raised && touchable.enabled && !touchable.down
            y: Theme.borderStrong
            width: parent.width
            height: parent.height
            radius: touchable.radius
            color: Theme.shadow
        }
        Rectangle {
            anchors.fill: parent
            radius: touchable.radius
            color: touchable.down ? touchable.pressedFill : touchable.fill
            border.color: touchable.edge
            border.width: touchable.edgeWidth
        }
        Rectangle {
            visible: touchable.visualFocus
            anchors.fill: parent
            anchors.margins: -Theme.borderFocus - Theme.borderLine
            radius: touchable.radius + Theme.borderFocus
            color: "transparent"
            border.color: Theme.focus
            border.width: Theme.borderFocus
        }
    }
}
