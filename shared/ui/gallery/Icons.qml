pragma ComponentBehavior: Bound

import QtQuick
import ZhiTing.Ui 1.0

Rectangle {
    id: sheet

    color: Theme.background

    Flow {
        anchors.fill: parent
        anchors.margins: Theme.spaceL
        spacing: Theme.spaceM

        Repeater {
            model: iconNames // qmllint disable unqualified

            delegate: Column {
                id: cell

                required property string modelData

                width: (sheet.width - 2 * Theme.spaceL) / 6 - Theme.spaceM
                spacing: Theme.spaceXs

                Icon {
                    anchors.horizontalCenter: parent.horizontalCenter
                    name: cell.modelData
                    size: Theme.iconL
                    color: Theme.primary
                }
                Label {
                    width: parent.width
                    text: cell.modelData
                    role: "caption"
                    horizontalAlignment: Text.AlignHCenter
                    wrapMode: Text.NoWrap
                }
            }
        }
    }
}
