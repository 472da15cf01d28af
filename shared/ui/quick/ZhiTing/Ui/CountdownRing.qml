import QtQuick

// Seconds that are left, as a number and a ring; finished() at zero.
Item {
    id: ring

    property int seconds: Theme.secondsUndo
    property int remaining: seconds
    property bool running: false

    signal finished

    function restart() {
        remaining = seconds;
        running = true;
    }

    implicitWidth: Theme.touchKey
    implicitHeight: Theme.touchKey
    Accessible.role: Accessible.ProgressBar
    Accessible.name: Words.t("ui.countdown.label", {n: remaining})

    onRemainingChanged: canvas.requestPaint()
    onSecondsChanged: canvas.requestPaint()

    Timer {
        interval: 1000
        repeat: true
        running: ring.running && ring.remaining > 0
        onTriggered: {
            ring.remaining -= 1;
            if (ring.remaining === 0) {
                ring.running = false;
                ring.finished();
            }
        }
    }
    Canvas {
        id: canvas

        anchors.fill: parent
        onWidthChanged: requestPaint()
        onPaint: {
            const pen = getContext("2d");
            pen.reset();
            const stroke = Math.max(3, width * 0.08);
            const radius = Math.min(width, height) / 2 - stroke;
            pen.lineWidth = stroke;
            pen.lineCap = "round";
            pen.strokeStyle = Theme.line;
            pen.beginPath();
            pen.arc(width / 2, height / 2, radius, 0, 2 * Math.PI);
            pen.stroke();
            if (ring.remaining > 0) {
                const share = Math.min(1, ring.remaining / Math.max(1, ring.seconds));
                pen.strokeStyle = Theme.primary;
                pen.beginPath();
                pen.arc(width / 2, height / 2, radius, -Math.PI / 2, -Math.PI / 2 + 2 * Math.PI * share);
                pen.stroke();
            }
        }
    }
    Label {
        anchors.centerIn: parent
        text: ring.remaining
        role: "title"
        strong: true
        Accessible.ignored: true
    }
}
