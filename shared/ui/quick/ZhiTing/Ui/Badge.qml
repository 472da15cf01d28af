import QtQuick

// A few words in a pill: a state or a count; tone as in Theme.toneColor.
Rectangle {
    id: badge

    property string text
    property string tone: "neutral"
    property string iconName
    property bool solid: false

    readonly property color ink: solid ? (tone === "call" ? Theme.callText : Theme.surface) : Theme.toneColor(tone)

    implicitWidth: row.implicitWidth + 2 * Theme.spaceS
    implicitHeight: row.implicitHeight + Theme.spaceXs
    radius: Theme.radiusS
    color: solid ? Theme.toneColor(tone) : Theme.toneSoft(tone)
    border.color: Theme.mode === "high_contrast" ? Theme.toneColor(tone) : Qt.alpha(Theme.toneColor(tone), 0.3)
    border.width: solid ? 0 : Theme.borderLine
    Accessible.role: Accessible.StaticText
    Accessible.name: text

    Row {
        id: row

        anchors.centerIn: parent
        width: Math.min(implicitWidth, badge.width - 2 * Theme.spaceS)
        spacing: Theme.spaceXs

        Icon {
            visible: badge.iconName !== ""
            name: badge.iconName
            size: Theme.textCaption
            color: badge.ink
            anchors.verticalCenter: parent.verticalCenter
        }
        Label {
            text: badge.text
            role: "caption"
            color: badge.ink
            wrapMode: Text.NoWrap
            font.weight: Font.Medium
            Accessible.ignored: true
        }
    }
}
