import QtQuick

// A white sheet on the warm ground; its children stand inside the padding.
Item {
    id: card

    default property alias content: inside.data
    property int padding: Theme.spaceL
    property color fill: Theme.surface
    property color edge: Theme.line
    property int radius: Theme.radiusL

    implicitWidth: inside.childrenRect.width + 2 * padding
    implicitHeight: inside.childrenRect.height + 2 * padding

    Rectangle {
        y: Theme.borderStrong
        width: parent.width
        height: parent.height
        radius: card.radius
        color: Theme.shadow
    }
    Rectangle {
        anchors.fill: parent
        radius: card.radius
        color: card.fill
        border.color: card.edge
        border.width: Theme.borderLine
    }
    Item {
        id: inside

        anchors.fill: parent
        anchors.margins: card.padding
    }
}
