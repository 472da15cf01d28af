import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// Looks like the field it opens.
Touchable {
    id: button

    property string hint

    fill: Theme.surface
    edge: Theme.primary
    edgeWidth: Theme.borderLine
    raised: true
    leftPadding: Theme.spaceL
    rightPadding: Theme.spaceL

    TextMetrics {
        id: all

        font.pixelSize: Theme.textCaption
        text: button.hint
    }

    contentItem: RowLayout {
        spacing: Theme.spaceM

        Icon {
            name: "search"
            size: Theme.iconM
            color: Theme.primary
        }
        Label {
            text: button.text
            role: "lead"
            strong: true
            color: Theme.primary
            wrapMode: Text.NoWrap
            Accessible.ignored: true
        }
        Label {
            // Words that are cut say nothing.
            text: all.width <= width ? button.hint : ""
            muted: true
            role: "caption"
            wrapMode: Text.NoWrap
            horizontalAlignment: Text.AlignRight
            Layout.fillWidth: true
            Accessible.ignored: true
        }
    }
}
