import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// "Number A017, please come to this counter": the one red thing in the hall.
Rectangle {
    id: scene

    objectName: "scene_called"

    property var view
    property bool english: false
    // What stands before and after the number, which is larger than both.
    readonly property var around: Words.t("counter.citizen.called_number", {number: "\n"}).split("\n")

    radius: Theme.radiusL
    color: Theme.call

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: Theme.spaceXl
        spacing: Theme.spaceM

        Item {
            Layout.fillHeight: true
        }
        RowLayout {
            spacing: Theme.spaceL
            Layout.alignment: Qt.AlignHCenter
            Layout.fillWidth: true

            Item {
                Layout.fillWidth: true
            }
            Label {
                id: prefix

                text: scene.around[0].trim()
                role: scene.english ? "headline" : "display"
                color: Theme.callText
                wrapMode: Text.NoWrap
            }
            Label {
                id: number

                readonly property real room: scene.width - prefix.implicitWidth - suffix.implicitWidth - 2 * Theme.spaceXl - 4 * Theme.spaceL

                objectName: "called_number"
                text: scene.view.number
                role: "number"
                strong: true
                color: Theme.callText
                wrapMode: Text.NoWrap
                font.pixelSize: Math.min(Theme.textNumber, Theme.textNumber * room / Math.max(1, natural.advanceWidth))

                TextMetrics {
                    id: natural

                    text: number.text
                    font.family: number.font.family
                    font.weight: Font.Bold
                    font.pixelSize: Theme.textNumber
                }
            }
            Label {
                id: suffix

                visible: text !== ""
                text: scene.around[1].trim()
                role: "display"
                color: Theme.callText
                wrapMode: Text.NoWrap
            }
            Item {
                Layout.fillWidth: true
            }
        }
        Label {
            text: Words.t("counter.citizen.called", {})
            role: "headline"
            strong: true
            color: Theme.callText
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }
        Label {
            text: scene.english && scene.view.service_en !== "" ? scene.view.service_en : scene.view.service
            role: "lead"
            color: Theme.callText
            horizontalAlignment: Text.AlignHCenter
            maximumLineCount: 2
            Layout.fillWidth: true
        }
        Item {
            Layout.fillHeight: true
        }
    }
}
