import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0
import "../.."

// No hall server: what is safe, and what to do meanwhile.
StepFrame {
    id: step

    title: view.connecting && !view.hall_name ? Words.t("kiosk.away.connecting", {}) : Words.t("kiosk.away.title", {})
    subtitle: view.connecting && view.hall_name !== "" ? Words.t("kiosk.away.hint", {}) : ""

    head: Rectangle {
        anchors.centerIn: parent
        width: 2.8 * Theme.iconL
        height: width
        radius: width / 2
        color: Theme.primarySoft

        Icon {
            objectName: "away_title"
            anchors.centerIn: parent
            name: step.view.hall_name ? "wifi-off" : "server"
            size: 1.6 * Theme.iconL
            color: Theme.primary
        }
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.spaceXl

        Spinner {
            text: ""
            Layout.alignment: Qt.AlignHCenter
            Layout.topMargin: Theme.spaceL
        }
        Card {
            visible: step.view.hall_name !== "" || !step.view.connecting
            Layout.fillWidth: true
            implicitHeight: lines.implicitHeight + 2 * padding

            ColumnLayout {
                id: lines

                width: parent.width
                spacing: Theme.spaceL

                Told {
                    visible: !step.view.connecting
                    iconName: "warning"
                    color: Theme.warn
                    text: step.view.away_text
                }
                Told {
                    iconName: "check-circle"
                    color: Theme.ok
                    text: Words.t("kiosk.away.safe", {})
                }
                Told {
                    iconName: "people"
                    text: Words.t("kiosk.away.todo", {})
                }
            }
        }
        Item {
            Layout.fillHeight: true
        }
    }
}
