import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// One of a few ways, side by side; the chosen one is filled and ticked.
BigButton {
    property bool selected: false

    role: "body"
    kind: selected ? "primary" : "secondary"
    iconName: selected ? "check" : ""
    Layout.fillWidth: true
    Layout.preferredWidth: 1
    Layout.preferredHeight: Theme.touchTarget
    Accessible.checked: selected
}
