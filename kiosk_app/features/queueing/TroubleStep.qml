import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0
import "../.."

// The server did not answer. The press is kept, and repeated with the same ticket id.
StepFrame {
    id: step

    title: Words.t("kiosk.trouble.title", {})
    subtitle: view.service
    headShare: view.elder ? 0.72 : 0.85

    head: Rectangle {
        // Large words need its place.
        visible: step.wide || !step.view.elder
        anchors.centerIn: parent
        width: 2.4 * Theme.iconL
        height: width
        radius: width / 2
        color: Theme.warnSoft

        Icon {
            anchors.centerIn: parent
            name: "wifi-off"
            size: 1.4 * Theme.iconL
            color: Theme.warn
        }
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: step.view.elder ? Theme.spaceM : Theme.spaceL

        Card {
            Layout.fillWidth: true
            implicitHeight: lines.implicitHeight + 2 * padding

            ColumnLayout {
                id: lines

                width: parent.width
                spacing: step.view.elder ? Theme.spaceM : Theme.spaceL

                Told {
                    iconName: "warning"
                    color: Theme.warn
                    text: step.view.trouble_text
                }
                Told {
                    iconName: "refresh"
                    text: Words.t("kiosk.trouble.again", {})
                    strong: true
                }
            }
        }
        Spinner {
            // It does not move in elder mode, and the words need the room.
            visible: !step.view.elder
            text: ""
            Layout.alignment: Qt.AlignHCenter
            Layout.topMargin: Theme.spaceL
        }
        Item {
            Layout.fillHeight: true
        }
        BigButton {
            objectName: "trouble_retry"
            kind: "primary"
            role: "title"
            iconName: "refresh"
            text: Words.t("kiosk.trouble.retry", {})
            Layout.fillWidth: true
            Layout.preferredHeight: (step.view.elder ? 1 : 1.3) * Theme.touchKey
            onClicked: step.desk.retry()
        }
        BigButton {
            objectName: "trouble_leave"
            text: Words.t("kiosk.trouble.leave", {})
            Layout.fillWidth: true
            Layout.preferredHeight: step.view.elder ? Theme.touchTarget : Theme.touchKey
            Layout.bottomMargin: step.view.elder ? 0 : Theme.spaceL
            onClicked: step.desk.home()
        }
    }
}
