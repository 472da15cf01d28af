pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// One choice: a sign, a name, a few small words. Big ones have the sign above their name.
Touchable {
    id: button

    property var tile: ({key: "", title: "", note: "", icon: "", mark: "", badge: "", picture: "", more: ""})
    property bool big: false

    // Its room is short: one line for the name, and no picture.
    property bool low: false
    // The pill is longer than there is room for beside the name: it stands in the note's place, if there is one; or the
    // name is: then it stands with the note.
    readonly property bool wordy: pill.implicitWidth > 0.36 * width || crowded
    readonly property bool crowded: pill.text !== "" && fits(2) && whole.advanceWidth > 1.5 * (width - leftPadding - rightPadding - (pictured ? pictureWidth : sign.width) - pill.implicitWidth - 2 * Theme.spaceM)
    readonly property bool narrow: !big && !low && wordy && !filed
    // What is here to be read is read with its note.
    readonly property bool single: (low || (!enabled && height < 2.3 * Theme.touchTarget)) && !folded
    // A name that is longer than a line of small letters takes that of the note too.
    readonly property bool folded: low && enabled && whole.advanceWidth * Theme.textCaption > words.width * Theme.textLead && height > 2.4 * Theme.textCaption + 2 * padding
    // A record: its name has all the width, what it came to stands with its facts.
    readonly property bool filed: tile.more !== ""
    // What leads nowhere is here to be read.
    readonly property bool noted: tile.note !== "" && (!Theme.elder || !enabled) && (!narrow || pill.implicitWidth <= 0.36 * width) && !filed && !folded && (low || !enabled || fits(2) || whole.advanceWidth <= words.width)
    readonly property real pictureWidth: 1.6 * Theme.touchTarget
    readonly property bool pictured: tile.picture !== "" && !low

    // Whether so many lines of a name have room above a note.
    function fits(lines: int): bool {
        return height >= lines * 1.3 * Theme.textLead + pill.implicitHeight + 2 * padding;
    }

    text: tile.title
    enabled: tile.key !== ""
    raised: enabled
    padding: low || filed ? Theme.spaceXs : Theme.spaceS
    leftPadding: Theme.spaceM
    rightPadding: Theme.spaceM
    Accessible.description: [tile.note, tile.more, tile.badge].join(" ")

    TextMetrics {
        id: whole

        font.pixelSize: Theme.textLead
        font.weight: Font.Bold
        text: button.tile.title
    }

    contentItem: GridLayout {
        columns: button.big ? 1 : 3
        columnSpacing: Theme.spaceM
        rowSpacing: Theme.spaceXs

        Rectangle {
            id: sign

            visible: !button.pictured && (button.tile.icon !== "" || button.tile.mark !== "")
            Layout.preferredWidth: (button.low ? 1.2 : 1.5) * Theme.iconM
            Layout.preferredHeight: width
            Layout.alignment: button.big ? Qt.AlignHCenter | Qt.AlignBottom : Qt.AlignVCenter
            radius: Theme.radiusM
            color: button.big ? Theme.primary : Theme.primarySoft

            Icon {
                visible: button.tile.icon !== ""
                anchors.centerIn: parent
                name: button.tile.icon
                size: 0.62 * sign.width
                color: button.big ? Theme.primaryText : Theme.primary
            }
            Label {
                visible: button.tile.icon === ""
                anchors.centerIn: parent
                text: button.tile.mark
                role: "lead"
                strong: true
                color: Theme.primary
                Accessible.ignored: true
            }
        }
        Image {
            visible: button.pictured
            source: button.tile.picture
            sourceSize: Qt.size(3 * Theme.touchTarget, 3 * Theme.touchTarget)
            asynchronous: true
            fillMode: Image.PreserveAspectCrop
            clip: true
            Layout.preferredWidth: button.big ? -1 : button.pictureWidth
            Layout.fillWidth: button.big
            Layout.fillHeight: true
        }
        ColumnLayout {
            id: words

            spacing: Theme.spaceXs / 2
            Layout.fillWidth: true
            Layout.alignment: button.big ? Qt.AlignTop : Qt.AlignVCenter

            Label {
                text: button.tile.title
                // In large letters the words of other languages are longer than a big tile is wide.
                role: button.big && !(Theme.elder && /^[ -~]+$/.test(text)) ? "title" : (!button.big && !button.single && whole.advanceWidth > 1.8 * words.width) || (button.folded && button.height <= 3.25 * Theme.textLead) ? "caption" : "lead"
                strong: true
                lineHeight: 0.92
                maximumLineCount: button.single ? 1 : button.fits(3) ? 3 : 2
                wrapMode: button.single ? Text.NoWrap : Text.Wrap
                fontSizeMode: button.single ? Text.HorizontalFit : Text.FixedSize
                minimumPixelSize: Theme.textCaption
                horizontalAlignment: button.big ? Text.AlignHCenter : Text.AlignLeft
                Layout.fillWidth: true
                Accessible.ignored: true
            }
            RowLayout {
                visible: button.noted || button.narrow
                spacing: Theme.spaceS
                Layout.fillWidth: true

                Label {
                    visible: button.noted
                    text: button.tile.note
                    role: "caption"
                    muted: true
                    maximumLineCount: button.enabled || button.low ? 1 : 2
                    wrapMode: maximumLineCount === 1 ? Text.NoWrap : Text.Wrap
                    horizontalAlignment: button.big ? Text.AlignHCenter : Text.AlignLeft
                    Layout.fillWidth: true
                    Accessible.ignored: true
                }
                Badge {
                    visible: button.narrow && text !== ""
                    text: button.tile.badge
                    tone: "info"
                    Layout.maximumWidth: words.width
                    Accessible.ignored: true
                }
            }
            RowLayout {
                visible: button.filed
                spacing: Theme.spaceXs
                Layout.fillWidth: true

                Flow {
                    id: facts

                    Layout.fillWidth: true
                    Layout.alignment: Qt.AlignVCenter

                    Repeater {
                        model: button.filed ? [button.tile.note, button.tile.more] : []

                        delegate: Label {
                            required property string modelData

                            text: modelData
                            role: "caption"
                            muted: true
                            wrapMode: Text.NoWrap
                            rightPadding: Theme.spaceL
                            width: Math.min(implicitWidth, facts.width + rightPadding)
                            Accessible.ignored: true
                        }
                    }
                }
                Badge {
                    text: button.tile.badge
                    tone: "info"
                    Layout.alignment: Qt.AlignBottom
                    Accessible.ignored: true
                }
            }
            Badge {
                visible: button.big && text !== "" && !button.low
                text: button.tile.badge
                tone: "info"
                Layout.maximumWidth: parent.width
                Accessible.ignored: true
            }
        }
        Badge {
            id: pill

            visible: !button.big && !button.wordy && !button.filed && text !== ""
            text: button.tile.badge
            tone: "info"
            Layout.maximumWidth: 0.36 * button.width
            Layout.alignment: Qt.AlignVCenter
            Accessible.ignored: true
        }
    }
}
