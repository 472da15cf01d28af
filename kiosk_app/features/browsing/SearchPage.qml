import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0
import "../.."

// Letters and characters on the screen, or whatever an attached keyboard types; what was found stands above or beside.
StepFrame {
    id: page

    readonly property int keyRows: view.strip.there ? 5 : 4
    readonly property real row: Math.min(Theme.touchTarget, ((wide ? beside.height - Theme.spaceL : 0.6 * below.height) - (keyRows - 1) * Theme.spaceS) / keyRows)

    title: view.title
    subtitle: view.elder ? "" : view.subtitle
    headFills: wide
    // Upright the field and what was found share the height with the letters.
    headShare: view.elder ? 0.34 : 0.5

    head: Item {
        id: beside

        anchors.fill: parent

        SearchKeys {
            visible: page.wide
            width: parent.width
            anchors.bottom: parent.bottom
            anchors.bottomMargin: Theme.spaceL
            desk: page.desk
            view: page.view
            keyHeight: page.row
            digits: page.view.place === "case_search"
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
        onTextEdited: page.desk.search_text(text)
        Accessible.ignored: true

        Connections {
            target: page
            function onViewChanged() {
                if (input.text !== page.view.query)
                    input.text = page.view.query;
            }
        }
    }
    ColumnLayout {
        id: below

        anchors.fill: parent
        anchors.bottomMargin: page.wide ? 0 : Theme.spaceS
        spacing: Theme.spaceM

        SearchBox {
            objectName: "search_box"
            text: page.view.characters
            letters: page.view.letters + input.preeditText
            placeholder: Words.t("browsing." + page.view.place + ".hint", {})
            found: page.view.found
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.touchKey
            onCleared: page.desk.search_key("clear")
        }
        RowLayout {
            spacing: Theme.touchGap
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.minimumHeight: 0

            Tiles {
                visible: page.view.tiles.length > 0
                desk: page.desk
                tiles: page.view.tiles
                columns: 1
                rows_: page.view.per_page
                gap: Theme.spaceS
                Layout.fillWidth: true
                Layout.fillHeight: true
            }
            Nothing {
                visible: page.view.tiles.length === 0
                words: page.view.empty
                hint: page.view.elder ? "" : page.view.empty_hint
                Layout.fillWidth: true
                Layout.fillHeight: true
            }
            Pager {
                desk: page.desk
                view: page.view
                upright: true
                Layout.fillHeight: true
            }
        }
        SearchKeys {
            visible: !page.wide
            desk: page.desk
            view: page.view
            keyHeight: page.row
            digits: page.view.place === "case_search"
            Layout.fillWidth: true
        }
    }
}
