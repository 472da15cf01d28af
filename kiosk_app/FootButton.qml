import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// A button of the foot: its sign above its word.
Touchable {
    id: button

    property string iconName
    property bool selected: false

    fill: selected ? Theme.primary : Theme.primarySoft
    pressedFill: selected ? Theme.primaryPressed : Theme.selection
    edgeWidth: 0
    padding: Theme.spaceS
    Layout.fillWidth: true

    contentItem: ColumnLayout {
        spacing: 0

        Icon {
            name: button.iconName
            size: Theme.iconM
            color: button.selected ? Theme.primaryText : Theme.primary
            Layout.alignment: Qt.AlignHCenter
        }
        Label {
            text: button.text
            role: "caption"
            strong: true
            wrapMode: Text.NoWrap
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: 0.7 * Theme.textCaption
            color: button.selected ? Theme.primaryText : Theme.primary
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
            Accessible.ignored: true
        }
    }
}
