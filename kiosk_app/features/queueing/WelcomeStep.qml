import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0
import "../.."

// The same as last time? One touch.
StepFrame {
    id: step

    eyebrow: view.agent !== "" ? Words.t("kiosk.welcome.for_other", {name: view.greeting !== "" ? view.greeting : view.masked_number}) : view.greeting !== "" ? Words.t("kiosk.welcome.hello", {name: view.greeting}) : Words.t("kiosk.welcome.hello_nameless", {})
    title: view.recent_loading ? "" : Words.t("kiosk.welcome.question", {})
    subtitle: view.masked_number

    // What the two buttons leave is shared by the services: with the longest names too, nothing slips under the foot.
    readonly property int count: Math.max(1, view.cards.length)
    readonly property real room: column.height - 2 * others.Layout.preferredHeight - 2 * Theme.touchGap - others.Layout.topMargin
    readonly property real row: Math.min(1.9 * Theme.touchTarget, (room - (count - 1) * Theme.spaceS) / count)

    ColumnLayout {
        id: column

        anchors.fill: parent
        spacing: Theme.touchGap

        Spinner {
            visible: step.view.recent_loading
            text: Words.t("kiosk.welcome.looking", {})
            Layout.alignment: Qt.AlignHCenter
            Layout.topMargin: Theme.spaceXxl
            Layout.bottomMargin: Theme.spaceXxl
        }
        ServiceList {
            visible: !step.view.recent_loading
            desk: step.desk
            view: step.view
            likely: true
            fixed: true
            compact: true
            rowHeight: step.row
            Layout.fillWidth: true
        }
        BigButton {
            id: others

            objectName: "welcome_others"
            text: Words.t("kiosk.welcome.others", {})
            iconName: "list"
            Layout.fillWidth: true
            Layout.preferredHeight: 1.2 * Theme.touchKey
            Layout.topMargin: Theme.spaceL
            onClicked: step.desk.all_services()
        }
        SearchButton {
            objectName: "search_open"
            text: Words.t("kiosk.services.search", {})
            hint: Words.t("kiosk.services.search_hint", {})
            Layout.fillWidth: true
            Layout.preferredHeight: 1.2 * Theme.touchKey
            onClicked: step.desk.open_search()
        }
        Item {
            Layout.fillHeight: true
        }
    }
}
