import QtQuick
import QtQuick.Layouts

// One of several choices; a closed one stays visible and says why.
Touchable {
    id: card

    property string title
    property string subtitle
    property string badge
    property string badgeTone: "info"
    property string iconName
    property bool closed: false
    property string reason
    property bool selected: false

    readonly property color ink: closed ? Theme.muted : Theme.foreground

    enabled: !closed
    raised: !closed
    text: title
    fill: {
        if (closed)
            return Theme.surfaceSunken;
        return selected ? Theme.primarySoft : Theme.surface;
    }
    edge: selected ? Theme.primary : Theme.line
    edgeWidth: selected ? Theme.borderStrong : Theme.borderLine
    padding: Theme.spaceM
    leftPadding: Theme.spaceL
    rightPadding: Theme.spaceL
    Accessible.description: closed ? Words.t("ui.choice.closed", {}) + " " + reason : subtitle + " " + badge

    contentItem: RowLayout {
        spacing: Theme.spaceM

        Icon {
            visible: card.iconName !== ""
            name: card.iconName
            size: Theme.iconM
            color: card.closed ? Theme.muted : Theme.primary
            Layout.alignment: Qt.AlignVCenter
        }
        ColumnLayout {
            spacing: Theme.spaceXs
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignVCenter

            Label {
                text: card.title
                role: "lead"
                strong: true
                color: card.ink
                maximumLineCount: 3
                Layout.fillWidth: true
                Accessible.ignored: true
            }
            Label {
                visible: text !== ""
                text: card.closed && card.reason !== "" ? card.reason : card.subtitle
                role: "caption"
                muted: true
                maximumLineCount: 3
                Layout.fillWidth: true
                Accessible.ignored: true
            }
        }
        Badge {
            visible: text !== ""
            text: card.closed ? Words.t("ui.choice.closed", {}) : card.badge
            solid: card.selected && !card.closed
            tone: card.closed ? "neutral" : card.badgeTone
            iconName: card.closed ? "lock" : ""
            Layout.alignment: Qt.AlignVCenter
            Accessible.ignored: true
        }
        Icon {
            visible: !card.closed
            name: card.selected ? "check" : "chevron-right"
            size: Theme.iconS
            color: Theme.primary
            Layout.alignment: Qt.AlignVCenter
        }
    }
}
