pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0
import "../.."

// Which priority group; whether a proof is asked for stands under each.
StepFrame {
    id: step

    title: Words.t("kiosk.group.title", {})
    subtitle: view.elder && !wide ? "" : Words.t("kiosk.group.hint_text", {})
    headShare: view.elder ? 0.7 : 1

    GridLayout {
        anchors.fill: parent
        columns: step.wide && step.view.groups.length > 3 ? 2 : 1
        columnSpacing: Theme.touchGap
        rowSpacing: Theme.touchGap
        uniformCellWidths: true

        Repeater {
            model: step.view.groups

            delegate: WayButton {
                id: choice

                required property var modelData

                objectName: "group_" + modelData.group
                iconName: "star"
                text: modelData.name
                hint: modelData.hint
                onClicked: step.desk.choose_group(choice.modelData.group)
            }
        }
        Item {
            Layout.fillHeight: true
            Layout.columnSpan: parent.columns
        }
    }
}
