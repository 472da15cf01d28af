import QtQuick

// A QR code from a square matrix of booleans, or from a picture (data: URI) in `source`; always dark on light.
Rectangle {
    id: code

    property var matrix: []
    property url source
    property int quiet: 4

    readonly property int modules: matrix.length
    readonly property bool pictured: source.toString() !== ""

    implicitWidth: 6 * Theme.touchTarget / 2
    implicitHeight: implicitWidth
    color: Theme.paper
    radius: Theme.radiusS
    Accessible.role: Accessible.Graphic
    Accessible.name: Words.t("ui.qr.label", {})

    onMatrixChanged: canvas.requestPaint()

    Canvas {
        id: canvas

        visible: !code.pictured
        anchors.fill: parent
        onWidthChanged: requestPaint()
        onHeightChanged: requestPaint()
        onPaint: {
            const pen = getContext("2d");
            pen.reset();
            if (code.modules === 0)
                return;
            // Whole pixels only: a blurred edge is what a phone cannot read.
            const side = Math.max(1, Math.floor(Math.min(width, height) / (code.modules + 2 * code.quiet)));
            const left = Math.floor((width - side * code.modules) / 2);
            const top = Math.floor((height - side * code.modules) / 2);
            pen.fillStyle = Theme.ink;
            for (let row = 0; row < code.modules; ++row)
                for (let column = 0; column < code.modules; ++column)
                    if (code.matrix[row][column])
                        pen.fillRect(left + column * side, top + row * side, side, side);
        }
    }
    Image {
        visible: code.pictured
        anchors.fill: parent
        source: code.source
        fillMode: Image.PreserveAspectFit
        smooth: false
    }
}
