import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

Rectangle {
    id: sheet

    property var qr: []

    color: Theme.background

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: Theme.spaceL
        spacing: Theme.spaceL

        Banner {
            tone: "error"
            what: Words.t("ui.gallery.what", {})
            safe: Words.t("ui.gallery.safe", {})
            todo: Words.t("ui.gallery.todo", {})
            Layout.fillWidth: true
        }
        Banner {
            tone: "warn"
            what: Words.t("ui.gallery.notice", {})
            buttonText: Words.t("ui.action.retry", {})
            Layout.fillWidth: true
        }
        Banner {
            tone: "ok"
            what: Words.t("ui.gallery.safe", {})
            Layout.fillWidth: true
        }
        RowLayout {
            spacing: Theme.spaceL
            Layout.fillWidth: true

            QrCode {
                matrix: sheet.qr
            }
            TicketPaper {
                source: ticketPicture // qmllint disable unqualified
                Layout.preferredWidth: Theme.touchKey * 2
                Layout.preferredHeight: implicitHeight / implicitWidth * Layout.preferredWidth
            }
            ColumnLayout {
                spacing: Theme.spaceL
                Layout.fillWidth: true

                Spinner {
                    Layout.alignment: Qt.AlignHCenter
                }
                CountdownRing {
                    seconds: 10
                    remaining: 7
                    Layout.alignment: Qt.AlignHCenter
                }
            }
        }
        Progress {
            value: 0.62
            text: Words.t("ui.gallery.progress", {})
            Layout.fillWidth: true
        }
        Toast {
            Layout.fillWidth: true
            Component.onCompleted: show(Words.t("ui.gallery.saved", {}), true)
        }
        Item {
            Layout.fillHeight: true
        }
    }
}
