pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// What a text can be taken along by, and where it leads.
GridLayout {
    id: along

    property var desk
    property var view
    property bool upright: false

    readonly property var blank: ({key: "", title: "", note: "", icon: "", mark: "", badge: "", picture: "", more: ""})
    readonly property bool coded: view.qr.length > 0
    // Beside a long title in large letters only the code and the paper have room.
    readonly property bool scant: upright && height < 5.5 * Theme.touchTarget
    // A code is read from arm's length; where letters are larger it gives way a little.
    readonly property real edge: scant ? Math.max(Theme.touchTarget, Math.min(0.62 * width, height - Theme.touchTarget - 3 * Theme.touchGap)) : upright ? Math.min(0.62 * width, (Theme.elder ? 0.36 : 0.46) * height) : 2.6 * Theme.touchTarget

    columns: upright || !coded ? 1 : 2
    columnSpacing: Theme.spaceL
    rowSpacing: Theme.touchGap

    Item {
        visible: along.upright && !along.scant
        Layout.fillHeight: true
    }
    ColumnLayout {
        visible: along.coded && !(along.scant && along.view.paper.words !== "")
        spacing: Theme.spaceXs
        Layout.alignment: along.upright ? Qt.AlignLeft : Qt.AlignTop
        Layout.preferredWidth: along.edge
        Layout.maximumWidth: along.edge

        QrCode {
            objectName: "text_code"
            matrix: along.view.qr
            Layout.preferredWidth: along.edge
            Layout.preferredHeight: along.edge
        }
        Label {
            visible: !along.scant
            text: along.view.qr_words
            role: "caption"
            muted: true
            horizontalAlignment: Text.AlignHCenter
            maximumLineCount: 2
            Layout.fillWidth: true
        }
    }
    ColumnLayout {
        spacing: Theme.spaceM
        Layout.fillWidth: true
        Layout.alignment: Qt.AlignTop

        RowLayout {
            visible: along.view.can_print || along.view.can_slip
            spacing: Theme.touchGap
            uniformCellSizes: true
            Layout.fillWidth: true

            BigButton {
                objectName: "print_page"
                visible: along.view.can_print
                enabled: along.view.paper.state !== "printing"
                kind: "primary"
                role: "body"
                iconName: "printer"
                tight: true
                leftPadding: Theme.spaceS
                text: Words.t("browsing.guide.page", {})
                Layout.fillWidth: true
                Layout.preferredHeight: Theme.touchTarget
                onClicked: along.desk.print_page()
            }
            BigButton {
                objectName: "print_slip"
                visible: along.view.can_slip
                enabled: along.view.paper.state !== "printing"
                role: "body"
                iconName: "ticket"
                tight: true
                leftPadding: Theme.spaceS
                text: Words.t("browsing.guide.slip", {})
                Layout.fillWidth: true
                Layout.preferredHeight: Theme.touchTarget
                onClicked: along.desk.print_slip()
            }
        }
        RowLayout {
            visible: along.view.paper.words !== ""
            spacing: Theme.spaceS
            Layout.fillWidth: true

            Icon {
                readonly property string tone: along.view.paper.state === "printed" ? "ok" : along.view.paper.state === "printing" ? "info" : "warn"

                name: Theme.toneIcon(tone)
                size: Theme.iconS
                color: Theme.toneColor(tone)
                Layout.alignment: Qt.AlignTop
            }
            Label {
                objectName: "paper_words"
                text: along.view.paper.words
                role: "caption"
                maximumLineCount: 4
                Layout.fillWidth: true
            }
        }
        Repeater {
            model: Math.min(along.view.tiles.length, 3)

            delegate: Tile {
                required property int index

                objectName: "tile_" + index
                visible: !along.scant && (index === 0 || along.view.paper.words === "")
                tile: along.view.tiles[index] ?? along.blank
                low: true
                Layout.fillWidth: true
                // Beside a code one tile has room for two lines.
                Layout.preferredHeight: (along.coded && along.view.tiles.length === 1 ? 1.3 : 1) * Theme.touchTarget
                onClicked: along.desk.open(tile.key)
            }
        }
    }
    Item {
        visible: along.upright
        Layout.fillHeight: true
    }
}
