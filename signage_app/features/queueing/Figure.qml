import QtQuick
import ZhiTing.Ui 1.0

// A number to be read from across the hall, between two small words; it shrinks rather than being cut.
Item {
    id: figure

    property string before
    property string after
    property string name
    property string text
    property int size: Theme.textNumber
    property color color: Theme.foreground

    readonly property real ahead: before === "" ? 0 : beforeLabel.width + Theme.spaceM
    readonly property real behind: after === "" ? 0 : afterLabel.width + Theme.spaceM
    // Figures are three quarters as high as the size of their letters.
    readonly property real shrink: Math.min(1, (width - ahead - behind) / Math.max(1, measure.advanceWidth), height / (0.82 * size))

    TextMetrics {
        id: measure

        text: figure.text
        font: number.font
    }
    Text {
        id: number

        objectName: figure.name
        text: figure.text
        color: figure.color
        textFormat: Text.PlainText
        font.pixelSize: figure.size
        font.weight: Font.Bold
        font.features: {
            "tnum": 1
        }
        scale: Math.max(0.1, figure.shrink)
        x: (figure.width - figure.ahead - figure.behind - measure.advanceWidth) / 2 + figure.ahead
        // The box of this font is far higher than its figures: centre the figures.
        y: (figure.height - height) / 2 - figure.size * 0.07 * scale
        Accessible.role: Accessible.StaticText
        Accessible.name: figure.before + text + figure.after
    }
    Label {
        id: beforeLabel

        text: figure.before
        role: "title"
        strong: true
        color: figure.color
        wrapMode: Text.NoWrap
        x: number.x + measure.advanceWidth * (1 - number.scale) / 2 - width - Theme.spaceM
        y: (figure.height - height) / 2
        Accessible.ignored: true
    }
    Label {
        id: afterLabel

        text: figure.after
        role: "title"
        strong: true
        color: figure.color
        wrapMode: Text.NoWrap
        x: number.x + measure.advanceWidth * (1 + number.scale) / 2 + Theme.spaceM
        y: (figure.height - height) / 2
        Accessible.ignored: true
    }
}
