import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// One service or group; a closed one stays touchable, because the touch tells why.
Touchable {
    id: card

    property var service: ({id: "", title: "", subtitle: "", badge: "", closed: false, reason: "", group: false, mark: "", chosen: false})
    // A tile is taller than wide in its thoughts: sign above, words below.
    property bool tile: false
    property bool first: false
    // Only the name: where room is short.
    property bool compact: false
    // Its height is given; the name is made smaller where it would not fit.
    property bool fixed: false

    // The longest name among its neighbours, in Chinese letters: tiles of one page look alike.
    property real longest: 0

    readonly property bool tight: fixed && compact
    // Its page had to give room away: a smaller sign. Told by the list, because a tile's height follows from it.
    property bool low: false
    // And what has no room for its small words leaves them out.
    readonly property bool roomy: !(tile || fixed) || height <= 0 || height >= topPadding + bottomPadding + (tile ? sign.implicitHeight + Theme.spaceS : 0) + title.implicitHeight + Theme.spaceXs / 2 + subtitle.implicitHeight
    readonly property string titleRole: {
        if (!tile)
            return "lead";
        if (longest > (Theme.elder ? 12 : 14))
            return low ? "caption" : "body";
        return longest > (Theme.elder ? 6 : 6.5) ? "lead" : "title";
    }
    readonly property color ink: service.closed ? Theme.muted : Theme.foreground

    text: service.title
    raised: !service.closed
    fill: {
        if (service.closed)
            return Theme.surfaceSunken;
        return first ? Theme.primarySoft : Theme.surface;
    }
    pressedFill: service.closed ? Theme.line : Theme.primarySoft
    edge: first ? Theme.primary : Theme.line
    edgeWidth: first ? Theme.borderStrong : Theme.borderLine
    padding: {
        if (fixed || low)
            return Theme.spaceXs;
        return compact ? Theme.spaceS : Theme.spaceM;
    }
    leftPadding: Theme.spaceL
    rightPadding: Theme.spaceL
    Accessible.description: service.closed ? service.reason : service.subtitle + " " + service.badge

    contentItem: GridLayout {
        columns: card.tile ? 1 : 4
        columnSpacing: Theme.spaceM
        rowSpacing: Theme.spaceS

        RowLayout {
            id: sign

            visible: card.service.group || card.tile
            spacing: Theme.spaceS

            Rectangle {
                visible: card.service.group || card.tile
                Layout.preferredWidth: card.tile ? (card.low ? 1 : 1.5) * Theme.iconM : 1.4 * Theme.iconM
                Layout.preferredHeight: width
                radius: card.tile ? Theme.radiusM : width / 2
                color: card.service.closed ? Theme.line : Theme.primary

                Label {
                    anchors.centerIn: parent
                    text: card.service.mark
                    role: card.tile ? "title" : "lead"
                    strong: true
                    color: card.service.closed ? Theme.muted : Theme.primaryText
                    Accessible.ignored: true
                }
            }
            Item {
                visible: card.tile
                Layout.fillWidth: true
            }
            Badge {
                visible: card.tile && text !== ""
                text: card.service.badge !== "" || !card.service.closed ? card.service.badge : Words.t("ui.choice.closed", {})
                tone: card.service.closed ? "neutral" : "info"
                iconName: card.service.closed ? "lock" : "people"
            }
        }
        ColumnLayout {
            spacing: Theme.spaceXs / 2
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignVCenter

            Label {
                id: title

                text: card.service.title
                role: card.titleRole
                strong: true
                color: card.ink
                maximumLineCount: {
                    if (card.fixed && !card.compact)
                        return 1;
                    return card.tile ? 3 : 2;
                }
                lineHeight: card.tight ? 0.84 : 0.88
                fontSizeMode: card.tight ? Text.Fit : Text.FixedSize
                minimumPixelSize: Theme.textCaption
                Layout.fillWidth: true
                Layout.fillHeight: card.tight
                Accessible.ignored: true
            }
            Label {
                id: subtitle

                visible: text !== "" && card.roomy && !card.tight && !((card.compact || card.tile && (Theme.elder || card.longest > 9)) && !card.service.closed)
                text: card.service.closed && card.service.reason !== "" ? card.service.reason : card.service.subtitle
                role: "caption"
                muted: true
                maximumLineCount: 1
                Layout.fillWidth: true
                Accessible.ignored: true
            }
        }
        Badge {
            visible: !card.tile && text !== "" && !(card.compact && Theme.elder && !card.service.closed)
            text: card.service.badge !== "" || !card.service.closed ? card.service.badge : Words.t("ui.choice.closed", {})
            tone: card.service.closed ? "neutral" : "info"
            iconName: card.service.closed ? "lock" : "people"
            Layout.alignment: Qt.AlignVCenter
            Accessible.ignored: true
        }
        Icon {
            visible: !card.tile && !card.service.closed
            name: {
                if (card.service.chosen)
                    return "check";
                return card.service.group ? "chevron-right" : "ticket";
            }
            size: Theme.iconS
            color: Theme.primary
            Layout.alignment: Qt.AlignVCenter
        }
    }
}
