import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0
import "../.."

// Who it is: for the chosen service, after which the ticket follows by itself; the agent; for whom; of a priority group.
StepFrame {
    id: step

    readonly property bool card: view.reader === "ok"
    // A screen that is just leaving reads the next step's name.
    readonly property string mode: ["agent", "person", "who"].includes(view.step) ? view.step : "ask"
    readonly property string about: {
        if (mode === "person")
            return Words.t("kiosk.person.agent", {who: view.agent});
        return mode === "who" ? Words.t("kiosk.group.chosen", {group: view.group}) : view.service;
    }

    title: Words.t("kiosk." + mode + ".title", {})
    subtitle: {
        if (mode === "person")
            return view.agent_left;
        if (mode === "agent" && (wide || !view.elder))
            return Words.t("kiosk.other_ways.agent_hint", {});
        return mode === "who" && !view.elder ? Words.t("kiosk.who.hint", {}) : "";
    }

    head: Card {
        objectName: "ask_service"
        visible: step.about !== ""
        width: parent.width
        height: Math.min(parent.height, implicitHeight)
        anchors.verticalCenter: parent.verticalCenter
        fill: Theme.primarySoft
        edge: Theme.primary

        RowLayout {
            width: parent.width
            spacing: Theme.spaceM

            Icon {
                name: step.mode === "person" ? "people" : step.mode === "who" ? "star" : "document"
                color: Theme.primary
            }
            Label {
                text: step.about
                role: "title"
                strong: true
                maximumLineCount: 3
                Layout.fillWidth: true
            }
        }
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.spaceL

        ColumnLayout {
            objectName: "ask_card_hint"
            spacing: Theme.spaceM
            Layout.fillWidth: true
            Layout.fillHeight: true

            CardPicture {
                visible: step.card
                reading: step.view.reading
                lying: step.view.card_on_reader
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.maximumHeight: 3.6 * Theme.touchKey
            }
            Label {
                text: {
                    if (!step.card)
                        return Words.t("kiosk.ask.no_reader", {});
                    if (step.view.checking)
                        return Words.t("kiosk.agent.checking", {});
                    return step.view.reading ? Words.t("kiosk.start.reading", {}) : Words.t("kiosk." + step.mode + ".card", {});
                }
                role: "title"
                strong: true
                color: Theme.primary
                horizontalAlignment: Text.AlignHCenter
                Layout.fillWidth: true
            }
            Label {
                text: {
                    if (!step.card)
                        return Words.t("kiosk.ask.no_reader_hint", {});
                    return step.view.card_on_reader && !step.view.reading ? Words.t(step.mode === "person" ? "kiosk.person.other_card" : "kiosk.start.again", {}) : Words.t("kiosk." + step.mode + ".card_hint", {});
                }
                role: "lead"
                muted: true
                horizontalAlignment: Text.AlignHCenter
                Layout.fillWidth: true
            }
        }
        RowLayout {
            visible: step.mode !== "agent"
            spacing: Theme.touchGap
            uniformCellSizes: true
            Layout.fillWidth: true
            Layout.bottomMargin: Theme.spaceL

            BigButton {
                objectName: "ask_type_number"
                text: Words.t("kiosk.ask.number", {})
                iconName: "keypad"
                kind: step.card ? "secondary" : "primary"
                Layout.fillWidth: true
                Layout.preferredHeight: 1.3 * Theme.touchKey
                onClicked: step.desk.type_number()
            }
            BigButton {
                objectName: "who_without"
                visible: step.mode === "who"
                text: Words.t("kiosk.start.without", {})
                iconName: "user-off"
                Layout.fillWidth: true
                Layout.preferredHeight: 1.3 * Theme.touchKey
                onClicked: step.desk.without()
            }
        }
    }
}
