import QtQuick

// The printed ticket as a picture, on paper with a torn edge, sliding out of its slot.
Item {
    id: paper

    property url source
    property bool out: true

    readonly property int tooth: Theme.spaceS
    readonly property real aspect: picture.sourceSize.width > 0 ? picture.sourceSize.height / picture.sourceSize.width : 1.4

    implicitWidth: 4 * Theme.touchKey
    implicitHeight: implicitWidth * aspect + tooth
    clip: true
    Accessible.role: Accessible.Graphic
    Accessible.name: Words.t("ui.ticket.label", {})

    Item {
        id: sheet

        width: parent.width
        height: parent.height
        y: paper.out ? 0 : -height

        Behavior on y {
            enabled: !Theme.still
            NumberAnimation {
                duration: Theme.motionSlow
                easing.type: Easing.OutCubic
            }
        }

        Canvas {
            id: edge

            anchors.fill: parent
            onWidthChanged: requestPaint()
            onHeightChanged: requestPaint()
            onPaint: {
                const pen = getContext("2d");
                pen.reset();
                pen.fillStyle = Theme.paper;
                pen.strokeStyle = Theme.line;
                pen.lineWidth = Theme.borderLine;
                pen.beginPath();
                pen.moveTo(1, 0);
                pen.lineTo(1, height - paper.tooth);
                const teeth = Math.max(1, Math.round((width - 2) / (2 * paper.tooth)));
                const step = (width - 2) / teeth;
                for (let n = 0; n < teeth; ++n) {
                    pen.lineTo(1 + step * (n + 0.5), height - 1);
                    pen.lineTo(1 + step * (n + 1), height - paper.tooth);
                }
                pen.lineTo(width - 1, 0);
                pen.closePath();
                pen.fill();
                pen.stroke();
            }
        }
        Image {
            id: picture

            anchors.fill: parent
            anchors.margins: Theme.borderStrong
            anchors.bottomMargin: paper.tooth
            source: paper.source
            fillMode: Image.PreserveAspectFit
            mipmap: true
        }
    }
}
