import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// The counter and who sits at it.
Rectangle {
    id: panel

    property var view
    property bool english: false

    readonly property bool highContrast: Theme.mode === "high_contrast"
    readonly property color ink: highContrast ? Theme.foreground : Theme.primaryText
    readonly property color soft: highContrast ? Theme.muted : Theme.primaryTextMuted

    color: highContrast ? Theme.surface : Theme.primary

    Rectangle {
        visible: panel.highContrast
        anchors.right: parent.right
        width: Theme.borderStrong
        height: parent.height
        color: Theme.lineStrong
    }
    ColumnLayout {
        anchors.fill: parent
        anchors.margins: Theme.spaceL
        spacing: Theme.spaceXs

        Label {
            text: Words.t("counter.citizen.counter", {})
            role: "title"
            color: panel.soft
        }
        Label {
            objectName: "counter_label"
            text: panel.view.counter
            // Large letters leave less height for it, and it is large enough.
            role: Theme.elder ? "display" : "number"
            strong: true
            color: panel.ink
            fontSizeMode: Text.HorizontalFit
            minimumPixelSize: Theme.textTitle
            wrapMode: Text.NoWrap
            lineHeight: 0.85
            Layout.fillWidth: true
        }
        Label {
            objectName: "counter_name"
            text: panel.english ? panel.view.counter_name_en : panel.view.counter_name
            role: "lead"
            color: panel.ink
            maximumLineCount: 2
            Layout.fillWidth: true
        }
        Item {
            Layout.fillHeight: true
        }
        Rectangle {
            visible: panel.view.staff_name !== ""
            color: panel.soft
            Layout.fillWidth: true
            Layout.preferredHeight: Theme.borderLine
            Layout.bottomMargin: Theme.spaceM
        }
        Label {
            objectName: "staff_name"
            visible: text !== ""
            text: panel.view.staff_name
            role: text.length > 5 ? "title" : "headline"
            strong: true
            color: panel.ink
            maximumLineCount: 2
            Layout.fillWidth: true
        }
        Label {
            objectName: "staff_title"
            visible: text !== ""
            text: panel.view.staff_title
            role: "body"
            color: panel.ink
            maximumLineCount: 2
            Layout.fillWidth: true
        }
        Label {
            objectName: "staff_number"
            visible: panel.view.staff_number !== ""
            text: Words.t("counter.citizen.staff_number", {number: panel.view.staff_number})
            role: "body"
            color: panel.soft
            Layout.fillWidth: true
        }
    }
}
