import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0
import "../.."

// Letters and characters on the screen, or whatever an attached keyboard types.
StepFrame {
    id: step

    readonly property bool asked: view.query !== ""
    // What was found, characters and letters share what is within reach in rows of one height. Lying, characters and
    // letters stand beside what was found.
    readonly property int keyRows: view.strip.there ? 5 : 4
    readonly property int rows: wide ? keyRows : keyRows + view.per_page
    readonly property real row: Math.min(Theme.touchTarget, ((wide ? beside : below).height - (rows - 1) * Theme.spaceS) / rows)

    title: Words.t("kiosk.search.title", {})
    subtitle: {
        if (wide && view.elder)
            return "";
        return view.strip.there ? Words.t("kiosk.search.how", {}) : Words.t("kiosk.search.how_letters", {});
    }
    headFills: wide

    head: Item {
        id: beside

        anchors.fill: parent

        SearchKeys {
            visible: step.wide
            width: parent.width
            anchors.bottom: parent.bottom
            desk: step.desk
            view: step.view
            keyHeight: step.row
        }
    }

    TextInput {
        id: input

        objectName: "search_input"
        width: 1
        height: 1
        opacity: 0
        focus: true
        activeFocusOnPress: false
        Component.onCompleted: forceActiveFocus()
        onTextEdited: step.desk.search_text(text)
        Accessible.ignored: true

        Connections {
            target: step
            function onViewChanged() {
                if (input.text !== step.view.query)
                    input.text = step.view.query;
            }
        }
    }
    Item {
        id: below

        anchors.fill: parent

        // Only shows; upright it stands above everything that has to be within reach.
        SearchBox {
            id: box

            objectName: "search_box"
            y: step.wide ? 0 : -height - Theme.spaceM
            width: parent.width
            height: Theme.touchKey
            text: step.view.characters
            letters: step.view.letters + input.preeditText
            placeholder: Words.t("kiosk.search.hint", {})
            found: step.asked ? step.view.found : -1
            onCleared: step.desk.search_key("clear")
        }
        // Whatever stands here, the keys do not move.
        Item {
            id: results

            readonly property real listHeight: step.wide ? Math.min(height, step.view.per_page * 1.6 * Theme.touchTarget) : height

            width: parent.width
            anchors.top: parent.top
            anchors.topMargin: step.wide ? box.height + Theme.spaceM : 0
            anchors.bottom: step.wide ? parent.bottom : keys.top
            anchors.bottomMargin: step.wide ? 0 : Theme.spaceS

            ColumnLayout {
                visible: step.view.cards.length > 0
                width: parent.width
                spacing: Theme.spaceS

                Label {
                    visible: !step.asked
                    text: Words.t("kiosk.search.busy", {})
                    muted: true
                    Layout.fillWidth: true
                }
                RowLayout {
                    spacing: Theme.touchGap
                    Layout.fillWidth: true

                    ServiceList {
                        desk: step.desk
                        view: step.view
                        compact: !step.wide
                        fixed: true
                        rowHeight: (results.listHeight + Theme.spaceS) / step.view.per_page - Theme.spaceS
                        Layout.fillWidth: true
                        Layout.alignment: Qt.AlignTop
                    }
                    Pager {
                        desk: step.desk
                        view: step.view
                        upright: true
                        Layout.alignment: Qt.AlignTop
                        Layout.preferredHeight: results.listHeight
                    }
                }
            }
            NothingFound {
                visible: step.view.cards.length === 0
                width: parent.width
                // No characters either: their place is free.
                height: parent.height + (step.wide || !step.view.strip.there || step.view.strip.candidates.length > 0 ? 0 : step.row)
                query: step.view.query
                onByGroup: step.desk.all_services()
            }
        }
        SearchKeys {
            id: keys

            visible: !step.wide
            width: parent.width
            anchors.bottom: parent.bottom
            desk: step.desk
            view: step.view
            keyHeight: step.row
        }
    }
}
