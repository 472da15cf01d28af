import QtQuick

// One step of the rating: a face and its word. level 1 (worst) .. levels (best); the mouth tells it, not the colour.
Touchable {
    id: face

    property int level: 1
    property int levels: 3
    property bool selected: false

    // -1 unhappy .. 1 happy. Of three, two are content: the middle one smiles too.
    readonly property real mood: levels === 3 ? [-0.7, 0.45, 1][level - 1] : levels > 1 ? 2 * (level - 1) / (levels - 1) - 1 : 1
    readonly property color ink: selected ? Theme.primaryText : Theme.primary

    implicitWidth: levels > 3 ? 2 * Theme.touchTarget : 2.6 * Theme.touchTarget
    implicitHeight: implicitWidth * 1.3
    padding: levels > 3 ? Theme.spaceS : Theme.spaceM
    raised: true
    fill: selected ? Theme.primary : Theme.surface
    pressedFill: selected ? Theme.primaryPressed : Theme.primarySoft
    edge: selected ? Theme.primary : Theme.line
    edgeWidth: selected ? Theme.borderStrong : Theme.borderLine
    checkable: false
    Accessible.role: Accessible.RadioButton
    Accessible.checked: selected

    onInkChanged: canvas.requestPaint()
    onMoodChanged: canvas.requestPaint()

    contentItem: Item {
        Canvas {
            id: canvas

            readonly property real side: Math.min(parent.width, parent.height - word.height - Theme.spaceM)

            width: side
            height: side
            anchors.horizontalCenter: parent.horizontalCenter
            onWidthChanged: requestPaint()
            onHeightChanged: requestPaint()
            onPaint: {
                const pen = getContext("2d");
                pen.reset();
                const stroke = Math.max(2, width * 0.055);
                const middle = width / 2;
                const radius = middle - stroke;
                pen.strokeStyle = face.ink;
                pen.fillStyle = face.ink;
                pen.lineWidth = stroke;
                pen.lineCap = "round";
                pen.beginPath();
                pen.arc(middle, middle, radius, 0, 2 * Math.PI);
                pen.stroke();
                for (const side of [-1, 1]) {
                    pen.beginPath();
                    pen.arc(middle + side * radius * 0.38, middle - radius * 0.22, stroke * 0.95, 0, 2 * Math.PI);
                    pen.fill();
                }
                const mouth = middle + radius * 0.42;
                const bend = face.mood * radius * 0.42;
                pen.beginPath();
                pen.moveTo(middle - radius * 0.46, mouth - bend / 2);
                pen.quadraticCurveTo(middle, mouth + bend, middle + radius * 0.46, mouth - bend / 2);
                pen.stroke();
            }
        }
        Label {
            id: word

            anchors.bottom: parent.bottom
            width: parent.width
            height: (face.levels > 3 ? 3 : 1.5) * Theme.sizeOf(role)
            fontSizeMode: Text.Fit
            minimumPixelSize: Theme.textCaption * 0.6
            wrapMode: face.levels > 3 ? Text.Wrap : Text.NoWrap
            text: face.text
            role: face.levels > 3 ? "body" : "lead"
            strong: true
            color: face.selected ? Theme.primaryText : Theme.foreground
            horizontalAlignment: Text.AlignHCenter
            maximumLineCount: face.levels > 3 ? 2 : 1
            Accessible.ignored: true
        }
    }
}
