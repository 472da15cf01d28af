import QtQuick

// Draws what is inside at the size it was designed for, as much larger or smaller as the place allows.
Item {
    id: fitted

    required property real naturalWidth
    required property real naturalHeight
    default property alias content: inside.data

    readonly property real factor: Math.max(0.05, Math.min(width / naturalWidth, height / naturalHeight))

    clip: true

    Item {
        id: inside

        width: fitted.width / fitted.factor
        height: fitted.height / fitted.factor
        scale: fitted.factor
        transformOrigin: Item.TopLeft
    }
}
