import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0
import "../.."

// What the first screen keeps out of the way: for somebody else, a priority group, a missed call.
StepFrame {
    id: step

    title: Words.t("kiosk.other_ways.title", {})
    subtitle: view.elder && !wide ? "" : Words.t("kiosk.other_ways.hint", {})
    headShare: view.elder ? 0.7 : 1

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.touchGap

        WayButton {
            objectName: "other_agent"
            iconName: "people"
            text: Words.t("kiosk.other_ways.agent", {})
            hint: Words.t("kiosk.other_ways.agent_hint", {})
            onClicked: step.desk.for_other()
        }
        WayButton {
            objectName: "other_missed"
            iconName: "undo"
            text: Words.t("kiosk.other_ways.missed", {})
            hint: Words.t("kiosk.other_ways.missed_hint", {})
            onClicked: step.desk.type_ticket_number()
        }
        WayButton {
            objectName: "other_group"
            visible: step.view.groups.length > 0
            iconName: "star"
            text: Words.t("kiosk.other_ways.group", {})
            hint: Words.t("kiosk.other_ways.group_hint", {})
            onClicked: step.desk.groups()
        }
        Item {
            Layout.fillHeight: true
        }
    }
}
