import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// A way among few: a sign, its name, and under it what it is for.
Touchable {
    id: way

    property string iconName
    property string hint

    raised: true
    fill: Theme.surface
    pressedFill: Theme.primarySoft
    edge: Theme.primary
    edgeWidth: Theme.borderLine
    padding: Theme.spaceM
    leftPadding: Theme.spaceL
    rightPadding: Theme.spaceL
    Accessible.description: hint
    Layout.fillWidth: true
    Layout.fillHeight: true
    Layout.preferredHeight: 1.5 * Theme.touchKey
    Layout.minimumHeight: implicitHeight
    Layout.maximumHeight: 1.9 * Theme.touchKey

    contentItem: RowLayout {
        spacing: Theme.spaceL

        Icon {
            name: way.iconName
            size: Theme.iconL
            color: Theme.primary
        }
        ColumnLayout {
            spacing: Theme.spaceXs
            Layout.fillWidth: true

            Label {
                text: way.text
                role: "title"
                strong: true
                color: Theme.primary
                maximumLineCount: 2
                Layout.fillWidth: true
                Accessible.ignored: true
            }
            Label {
                visible: way.hint !== ""
                text: way.hint
                role: "caption"
                muted: true
                maximumLineCount: 2
                Layout.fillWidth: true
                Accessible.ignored: true
            }
        }
    }
}
