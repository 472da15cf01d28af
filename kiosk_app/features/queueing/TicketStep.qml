import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// The number. It is booked whatever the printer says.
Item {
    id: step

    property var desk
    property var view
    property bool wide: false
    property real reach: 0

    readonly property var ticket: view.ticket
    readonly property bool failed: ticket.paper === "not_printed" || ticket.paper === "unknown"
    readonly property real margin: wide ? Theme.spaceXl : Theme.spaceL

    GridLayout {
        anchors.fill: parent
        anchors.margins: step.margin
        columns: step.wide ? 2 : 1
        columnSpacing: Theme.spaceXl
        rowSpacing: Theme.spaceL

        Card {
            id: sheet

            Layout.fillWidth: true
            Layout.preferredWidth: step.wide ? step.width * 0.56 : -1
            Layout.fillHeight: true
            Layout.minimumHeight: 0
            Layout.maximumHeight: step.wide ? -1 : implicitHeight
            Layout.alignment: Qt.AlignTop
            implicitWidth: 0
            implicitHeight: column.implicitHeight + 2 * padding
            padding: Theme.spaceL

            ColumnLayout {
                id: column

                // Lying, the code stands beside everything else.
                width: step.wide ? parent.width - beside.width - Theme.spaceL : parent.width
                // Long words in large letters: everything a little smaller is better than something cut off.
                scale: Math.min(1, parent.height / implicitHeight)
                transformOrigin: Item.Top
                spacing: Theme.spaceS

                Label {
                    visible: !step.failed && !step.view.elder
                    text: Words.t("kiosk.ticket.your_number", {})
                    role: "lead"
                    muted: true
                    horizontalAlignment: Text.AlignHCenter
                    Layout.fillWidth: true
                }
                Label {
                    objectName: "ticket_number"
                    text: step.ticket.number
                    role: step.failed && step.view.elder ? "display" : "number"
                    font.pixelSize: Theme.sizeOf(role) / (step.view.elder ? 1.1 : 1)
                    strong: true
                    color: Theme.primary
                    horizontalAlignment: Text.AlignHCenter
                    lineHeight: 0.75
                    // A number in two lines is not read as one.
                    maximumLineCount: 1
                    wrapMode: Text.NoWrap
                    fontSizeMode: Text.HorizontalFit
                    minimumPixelSize: Theme.textTitle
                    Layout.fillWidth: true
                }
                Label {
                    objectName: "ticket_service"
                    text: step.ticket.service
                    role: text.length > 16 ? "lead" : "title"
                    strong: true
                    lineHeight: 0.95
                    horizontalAlignment: Text.AlignHCenter
                    maximumLineCount: 3
                    Layout.fillWidth: true
                }
                Label {
                    visible: !step.failed && !step.view.elder
                    text: step.ticket.department
                    role: "body"
                    muted: true
                    horizontalAlignment: Text.AlignHCenter
                    maximumLineCount: 1
                    Layout.fillWidth: true
                }
                Rectangle {
                    color: Theme.line
                    Layout.fillWidth: true
                    Layout.preferredHeight: Theme.borderLine
                    Layout.topMargin: Theme.spaceM
                    Layout.bottomMargin: Theme.spaceM
                }
                RowLayout {
                    spacing: Theme.spaceL
                    Layout.fillWidth: true

                    GridLayout {
                        columns: step.wide ? 2 : 1
                        columnSpacing: Theme.spaceM
                        rowSpacing: step.wide ? Theme.spaceM : Theme.spaceS
                        uniformCellWidths: true
                        Layout.fillWidth: true
                        Layout.alignment: Qt.AlignTop

                        Fact {
                            label: Words.t("kiosk.ticket.ahead", {})
                            text: step.ticket.ahead
                            textName: "ticket_ahead"
                            role: "title"
                        }
                        Fact {
                            label: Words.t("kiosk.ticket.wait", {})
                            text: step.ticket.wait
                            textName: "ticket_wait"
                            role: "lead"
                        }
                        Fact {
                            label: Words.t("kiosk.ticket.place", {})
                            visible: text !== "" && !(step.failed && step.view.elder)
                            text: step.ticket.place
                            role: "body"
                            Layout.columnSpan: step.wide && step.view.elder ? 2 : 1
                        }
                        Fact {
                            visible: text !== "" && !step.view.elder
                            label: Words.t("kiosk.ticket.counters", {})
                            text: step.ticket.counters
                            role: "body"
                        }
                    }
                    TicketCode {
                        visible: !step.wide
                        matrix: step.ticket.qr
                        failed: step.failed
                        Layout.alignment: Qt.AlignTop
                    }
                }
            }
            TicketCode {
                id: beside

                visible: step.wide
                anchors.right: parent.right
                anchors.verticalCenter: parent.verticalCenter
                width: implicitWidth
                matrix: step.ticket.qr
                failed: step.failed
            }
        }
        ColumnLayout {
            spacing: Theme.spaceM
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.minimumHeight: implicitHeight

            RowLayout {
                objectName: "ticket_paper"
                visible: step.ticket.paper === "printing"
                spacing: Theme.spaceL
                Layout.alignment: Qt.AlignHCenter
                Layout.topMargin: Theme.spaceM

                Spinner {
                    text: ""
                }
                Label {
                    text: Words.t("kiosk.ticket.printing", {})
                    role: "lead"
                    strong: true
                    color: Theme.primary
                }
            }
            Banner {
                visible: step.ticket.paper === "printed"
                tone: "ok"
                what: Words.t("kiosk.ticket.printed", {})
                Layout.fillWidth: true
            }
            Banner {
                objectName: "ticket_message"
                visible: step.failed
                tone: "warn"
                what: step.ticket.paper === "unknown" ? Words.t("kiosk.ticket.unknown", {}) : Words.t("kiosk.ticket.not_printed", {})
                safe: step.ticket.message
                todo: step.view.card_on_reader ? Words.t("kiosk.ticket.take_card", {}) : ""
                Layout.fillWidth: true
            }
            Banner {
                objectName: "ticket_take_card"
                visible: step.view.card_on_reader && !step.failed
                tone: "info"
                what: Words.t("kiosk.ticket.take_card", {})
                Layout.fillWidth: true
            }
            Label {
                visible: !step.failed && !step.view.elder && step.ticket.hint !== ""
                text: step.ticket.hint
                role: "body"
                muted: true
                horizontalAlignment: Text.AlignHCenter
                maximumLineCount: 3
                Layout.fillWidth: true
            }
            Item {
                Layout.fillHeight: true
            }
            RowLayout {
                spacing: Theme.touchGap
                Layout.fillWidth: true

                BigButton {
                    objectName: "print_again"
                    visible: step.failed
                    text: Words.t("kiosk.ticket.again", {})
                    iconName: "printer"
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    Layout.preferredHeight: 1.2 * Theme.touchKey
                    onClicked: step.desk.print_again()
                }
                BigButton {
                    objectName: "ticket_done"
                    kind: "primary"
                    text: step.view.ticket_left > 0 ? Words.t("kiosk.ticket.done_in", {n: step.view.ticket_left}) : Words.t("kiosk.ticket.done", {})
                    iconName: step.failed ? "" : "check"
                    Layout.fillWidth: true
                    Layout.preferredWidth: 1
                    Layout.preferredHeight: 1.2 * Theme.touchKey
                    onClicked: step.desk.home()
                }
            }
        }
    }
}
