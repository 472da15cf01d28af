import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// A number that was just given at this desk: to remember, and to take along on the phone.
Item {
    id: scene

    objectName: "scene_given"

    property var view
    property bool english: false

    RowLayout {
        anchors.centerIn: parent
        width: parent.width
        spacing: Theme.spaceXl

        ColumnLayout {
            spacing: Theme.spaceM
            Layout.fillWidth: true

            Label {
                text: Words.t("counter.given.title", {})
                role: "title"
                muted: true
                Layout.fillWidth: true
            }
            Label {
                id: number

                objectName: "given_number"
                text: scene.view.given_number
                role: "number"
                strong: true
                color: Theme.primary
                wrapMode: Text.NoWrap
                fontSizeMode: Text.HorizontalFit
                minimumPixelSize: Theme.textTitle
                Layout.fillWidth: true
            }
            Label {
                text: scene.english && scene.view.given_service_en !== "" ? scene.view.given_service_en : scene.view.given_service
                role: "lead"
                maximumLineCount: 3
                elide: Text.ElideRight
                Layout.fillWidth: true
            }
            Label {
                objectName: "given_ahead"
                text: scene.view.given_ahead > 0 ? Words.t("counter.given.ahead", {n: scene.view.given_ahead}) : Words.t("counter.given.next", {})
                role: "lead"
                strong: true
                Layout.fillWidth: true
            }
            Label {
                text: scene.view.given_counters
                visible: text !== ""
                role: "lead"
                muted: true
                maximumLineCount: 2
                elide: Text.ElideRight
                Layout.fillWidth: true
            }
        }
        ColumnLayout {
            spacing: Theme.spaceM
            Layout.alignment: Qt.AlignVCenter

            QrCode {
                objectName: "given_qr"
                quiet: 2
                matrix: scene.view.given_qr
                Layout.preferredWidth: 0.42 * scene.width
                Layout.preferredHeight: 0.42 * scene.width
                Layout.alignment: Qt.AlignHCenter
            }
            Label {
                text: Words.t("counter.given.scan", {})
                role: "caption"
                muted: true
                horizontalAlignment: Text.AlignHCenter
                Layout.preferredWidth: 0.42 * scene.width
            }
            Label {
                text: Words.t("counter.rating.seconds", {n: scene.view.seconds_left})
                role: "caption"
                muted: true
                horizontalAlignment: Text.AlignHCenter
                Layout.preferredWidth: 0.42 * scene.width
            }
        }
    }
}
