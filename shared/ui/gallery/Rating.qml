pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

Rectangle {
    color: Theme.background

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: Theme.spaceL
        spacing: Theme.spaceL

        RowLayout {
            spacing: Theme.touchGap
            uniformCellSizes: true
            Layout.fillWidth: true

            FaceButton {
                level: 1
                text: Words.t("ui.gallery.bad", {})
                Layout.fillWidth: true
            }
            FaceButton {
                level: 2
                text: Words.t("ui.gallery.fair", {})
                Layout.fillWidth: true
            }
            FaceButton {
                level: 3
                selected: true
                text: Words.t("ui.gallery.good", {})
                Layout.fillWidth: true
            }
        }
        RowLayout {
            spacing: Theme.spaceS
            uniformCellSizes: true
            Layout.fillWidth: true

            Repeater {
                model: ["very_bad", "bad", "fair", "satisfied", "good"]

                delegate: FaceButton {
                    required property int index
                    required property string modelData

                    level: index + 1
                    levels: 5
                    text: Words.t("ui.gallery." + modelData, {})
                    Layout.fillWidth: true
                }
            }
        }
        Item {
            Layout.fillHeight: true
        }
    }
}
