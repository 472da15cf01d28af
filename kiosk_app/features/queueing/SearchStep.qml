import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// Letters on the screen, or characters from whatever keyboard is attached.
StepFrame {
    id: step

    readonly property bool asked: view.query !== ""

    title: view.elder ? "" : Words.t("kiosk.search.title", {})
    headShare: view.elder ? 0.05 : 0.3

    // Lying, the keys stand beside what they find.
    head: LetterKeypad {
        visible: step.wide
        width: parent.width
        anchors.verticalCenter: parent.verticalCenter
        onKey: text => step.desk.search_key(text)
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
    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.spaceM

        SearchBox {
            objectName: "search_box"
            text: step.view.query
            placeholder: Words.t("kiosk.search.hint", {})
            found: step.asked ? step.view.found : -1
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.touchKey
            onCleared: step.desk.search_key("clear")
        }
        Label {
            visible: !step.asked && step.view.cards.length > 0
            text: Words.t("kiosk.search.busy", {})
            role: "body"
            muted: true
            Layout.fillWidth: true
        }
        ServiceList {
            visible: step.view.cards.length > 0
            desk: step.desk
            view: step.view
            compact: true
            Layout.fillWidth: true
        }
        ColumnLayout {
            visible: step.asked && step.view.found === 0
            spacing: Theme.spaceM
            Layout.fillWidth: true
            Layout.topMargin: Theme.spaceL

            Icon {
                name: "search"
                size: Theme.iconL
                color: Theme.lineStrong
                Layout.alignment: Qt.AlignHCenter
            }
            Label {
                text: Words.t("kiosk.search.none", {query: step.view.query})
                role: "title"
                strong: true
                horizontalAlignment: Text.AlignHCenter
                Layout.fillWidth: true
            }
            Label {
                text: Words.t("kiosk.search.none_hint", {})
                muted: true
                horizontalAlignment: Text.AlignHCenter
                Layout.fillWidth: true
            }
        }
        Pager {
            desk: step.desk
            view: step.view
            Layout.fillWidth: true
        }
        Item {
            Layout.fillHeight: true
        }
        BigButton {
            objectName: "search_by_group"
            visible: step.view.cards.length === 0
            text: Words.t("kiosk.search.by_group", {})
            role: "body"
            kind: "quiet"
            iconName: "list"
            Layout.alignment: Qt.AlignHCenter
            onClicked: step.desk.all_services()
        }
        LetterKeypad {
            visible: !step.wide
            Layout.fillWidth: true
            Layout.preferredHeight: implicitHeight
            Layout.maximumHeight: implicitHeight
            onKey: text => step.desk.search_key(text)
        }
    }
}
