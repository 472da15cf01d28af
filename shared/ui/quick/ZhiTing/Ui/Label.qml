import QtQuick

// Text in one of the theme's roles; wraps, and elides after maximumLineCount lines.
Text {
    id: label

    property string role: "body"
    property bool strong: false
    property bool muted: false

    color: muted ? Theme.muted : Theme.foreground
    font.pixelSize: Theme.sizeOf(role)
    font.weight: strong ? Font.Bold : Font.Normal
    textFormat: Text.PlainText
    wrapMode: Text.Wrap
    elide: Text.ElideRight
    verticalAlignment: Text.AlignVCenter
    Accessible.role: Accessible.StaticText
    Accessible.name: text
}
