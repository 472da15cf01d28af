pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// The day in figures: large numbers with what they count, and what the lines come to, service by service.
Item {
    id: zone

    required property var told
    required property var names
    // Live, as the calls on this wall have it.
    required property int waiting

    readonly property var tiles: names.filter(name => name !== "services")
    readonly property bool lists: names.includes("services") && told.services.length > 0
    readonly property bool beside: lists && width > height * 1.5
    readonly property int columns: tiles.length < 2 ? 1 : beside || !(width > height * 2.2) ? 2 : tiles.length
    readonly property int lines: Math.max(1, Math.ceil(tiles.length / columns))
    readonly property real tileWidth: Theme.textNumber * 1.45
    readonly property real tileHeight: Theme.textNumber * 1.05
    readonly property real rowHeight: Theme.textBody * 1.9
    readonly property int mostRows: 6
    readonly property real listWidth: Theme.textNumber * 3.3
    readonly property real listHeight: rowHeight * (1 + Math.min(mostRows, told.services.length))
    readonly property real naturalWidth: beside ? columns * tileWidth + listWidth : Math.max(columns * tileWidth, lists ? listWidth : 0)
    readonly property real naturalHeight: beside ? Math.max(lines * tileHeight, listHeight) : lines * tileHeight + (lists ? listHeight : 0)
    readonly property real factor: Math.max(0.05, Math.min(width / (naturalWidth + 2 * Theme.spaceM), height / (naturalHeight + 2 * Theme.spaceM)))

    clip: true

    function value(name: string): string {
        return name === "waiting" ? waiting : told[name] === "" ? "–" : told[name];
    }

    Item {
        anchors.centerIn: parent
        width: zone.naturalWidth
        height: zone.naturalHeight
        scale: zone.factor

        Grid {
            id: grid

            columns: zone.columns
            x: zone.beside ? 0 : (parent.width - width) / 2
            y: zone.beside ? (parent.height - height) / 2 : 0

            Repeater {
                model: zone.tiles

                Item {
                    id: tile

                    required property string modelData

                    width: zone.tileWidth
                    height: zone.tileHeight

                    Column {
                        anchors.centerIn: parent
                        width: parent.width - Theme.spaceS

                        Label {
                            objectName: "figure_" + tile.modelData
                            width: parent.width
                            text: zone.value(tile.modelData)
                            role: "display"
                            strong: true
                            color: Theme.primary
                            fontSizeMode: Text.HorizontalFit
                            minimumPixelSize: Theme.textBody
                            wrapMode: Text.NoWrap
                            horizontalAlignment: Text.AlignHCenter
                        }
                        Label {
                            width: parent.width
                            text: Words.t("signage.figures." + tile.modelData, {})
                            role: "body"
                            muted: true
                            fontSizeMode: Text.HorizontalFit
                            minimumPixelSize: Theme.textCaption * 0.7
                            wrapMode: Text.NoWrap
                            horizontalAlignment: Text.AlignHCenter
                        }
                    }
                }
            }
        }
        Column {
            visible: zone.lists
            x: zone.beside ? parent.width - width : (parent.width - width) / 2
            y: zone.beside ? (parent.height - height) / 2 : grid.height
            width: zone.listWidth

            component Row3: RowLayout {
                property alias name: nameLabel.text
                property alias first: firstLabel.text
                property alias second: secondLabel.text
                property bool head: false

                width: zone.listWidth
                height: zone.rowHeight
                spacing: Theme.spaceS

                Label {
                    id: nameLabel

                    role: "body"
                    muted: parent.head
                    maximumLineCount: 1
                    wrapMode: Text.NoWrap
                    elide: Text.ElideRight
                    Layout.fillWidth: true
                }
                Label {
                    id: firstLabel

                    role: parent.head ? "caption" : "body"
                    strong: !parent.head
                    muted: parent.head
                    wrapMode: Text.NoWrap
                    horizontalAlignment: Text.AlignRight
                    Layout.preferredWidth: Theme.textBody * 3.4
                }
                Label {
                    id: secondLabel

                    role: parent.head ? "caption" : "body"
                    strong: !parent.head
                    muted: parent.head
                    wrapMode: Text.NoWrap
                    horizontalAlignment: Text.AlignRight
                    Layout.preferredWidth: Theme.textBody * 3.4
                }
            }

            Row3 {
                head: true
                name: ""
                first: Words.t("signage.figures.column_waiting", {})
                second: Words.t("signage.figures.column_served", {})
            }
            Repeater {
                model: zone.lists ? zone.told.services.slice(0, zone.mostRows) : []

                Row3 {
                    required property var modelData
                    required property int index

                    objectName: "figure_service_" + index
                    name: modelData.name
                    first: modelData.waiting
                    second: modelData.served
                }
            }
        }
    }
}
