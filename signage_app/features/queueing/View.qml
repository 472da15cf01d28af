// objectNames: head_hall head_zone clock date | hero current_number current_counter current_service |
// call_list call_row_<i> call_number_<i> call_counter_<i> call_status_<i> | waiting_card waiting_total waiting_more
// waiting_expected waiting_<i> waiting_name_<i> waiting_people_<i> wait_<i> | note as_of_banner problem_banner
import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

Rectangle {
    id: screen

    readonly property var view: presenter.view // qmllint disable unqualified
    readonly property bool upright: height > width
    readonly property int edge: Theme.spaceM

    color: Theme.background

    Head {
        id: head

        view: screen.view
        upright: screen.upright
        width: parent.width
    }
    GridLayout {
        anchors.top: head.bottom
        anchors.bottom: foot.top
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.margins: screen.edge
        columns: screen.upright ? 1 : 2
        rows: screen.upright ? 3 : 2
        flow: screen.upright ? GridLayout.LeftToRight : GridLayout.TopToBottom
        columnSpacing: screen.edge
        rowSpacing: screen.edge

        Hero {
            view: screen.view
            Layout.fillWidth: true
            Layout.preferredWidth: 46
            Layout.preferredHeight: Theme.textNumber * (screen.upright ? 2.05 : 2.2)
            Layout.fillHeight: !screen.upright
        }
        WaitingCard {
            view: screen.view
            Layout.row: screen.upright ? 2 : 1
            Layout.column: 0
            Layout.fillWidth: true
            Layout.preferredWidth: 46
            Layout.preferredHeight: Theme.textNumber * 1.28
        }
        CallList {
            view: screen.view
            Layout.row: screen.upright ? 1 : 0
            Layout.column: screen.upright ? 0 : 1
            Layout.rowSpan: screen.upright ? 1 : 2
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.preferredWidth: 54
        }
    }
    Foot {
        id: foot

        view: screen.view
        upright: screen.upright
        anchors.bottom: parent.bottom
        width: parent.width
    }
}
