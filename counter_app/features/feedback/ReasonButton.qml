import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// One reason with a box to tick.
Touchable {
    id: reason

    property bool chosen: false

    fill: chosen ? Theme.primarySoft : Theme.surface
    edge: chosen ? Theme.primary : Theme.line
    edgeWidth: chosen ? Theme.borderStrong : Theme.borderLine
    padding: Theme.spaceS
    leftPadding: Theme.spaceM
    rightPadding: Theme.spaceM
    implicitHeight: Math.max(Theme.iconL, implicitContentHeight + topPadding + bottomPadding)
    Accessible.role: Accessible.CheckBox
    Accessible.checked: chosen

    contentItem: RowLayout {
        spacing: Theme.spaceM

        Rectangle {
            Layout.preferredWidth: Theme.iconM
            Layout.preferredHeight: Theme.iconM
            radius: Theme.radiusS
            color: reason.chosen ? Theme.primary : Theme.surface
            border.color: reason.chosen ? Theme.primary : Theme.lineStrong
            border.width: Theme.borderStrong

            Icon {
                anchors.centerIn: parent
                visible: reason.chosen
                name: "check"
                size: Theme.iconS
                color: Theme.primaryText
            }
        }
        Label {
            text: reason.text
            role: "body"
            maximumLineCount: 5
            Layout.fillWidth: true
            Accessible.ignored: true
        }
    }
}
