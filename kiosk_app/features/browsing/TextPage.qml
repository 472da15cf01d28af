import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0
import "../.."

// Something to read, chapter by chapter, and how to take it along: a code for the phone, paper. Upright all that is
// touched stands below the text, lying beside it.
StepFrame {
    id: page

    readonly property bool takes: view.qr.length > 0 || view.can_print || view.can_slip || view.tiles.length > 0

    title: view.title
    // The code to take along needs the room more.
    subtitle: wide && Theme.elder ? "" : view.subtitle
    // Upright the head takes what its words need, at most three lines; a long title in smaller letters, for what is to be
    // read needs the room.
    readonly property bool lengthy: !wide && linesOf(Theme.textHeadline) > 2
    readonly property real titleSize: lengthy ? Theme.textTitle : Theme.textHeadline
    titleRole: lengthy ? "title" : "headline"
    headShare: reach > 0 ? (2 * Theme.spaceL + 1.5 * linesOf(titleSize) * titleSize + (subtitle === "" ? 0 : 1.8 * Theme.textLead)) / reach : 1

    function linesOf(size: real): int {
        let sum = 0;
        for (const letter of title)
            sum += letter.charCodeAt(0) < 0x2e80 ? 0.6 : 1;
        return Math.min(3, Math.max(1, Math.ceil(1.08 * sum * size / Math.max(1, width - 2 * margin))));
    }

    head: TakeAlong {
        visible: page.wide && page.takes
        width: parent.width
        height: parent.height - Theme.spaceL
        desk: page.desk
        view: page.view
        upright: true
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.touchGap

        Tabs {
            visible: page.wide && page.view.tabs.length > 0
            desk: page.desk
            entries: page.wide ? page.view.tabs : []
            Layout.fillWidth: true
        }
        Nothing {
            visible: page.view.lines.length === 0 && page.view.picture === "" && page.view.film === ""
            words: page.view.empty
            hint: page.view.empty_hint
            Layout.fillWidth: true
            Layout.fillHeight: true
        }
        Reading {
            visible: page.view.lines.length > 0 || page.view.picture !== "" || page.view.film !== ""
            view: page.view
            Layout.fillWidth: true
            Layout.fillHeight: true
        }
        Tabs {
            visible: !page.wide && page.view.tabs.length > 0
            desk: page.desk
            entries: page.wide ? [] : page.view.tabs
            Layout.fillWidth: true
        }
        TakeAlong {
            visible: !page.wide && page.takes
            desk: page.desk
            view: page.view
            Layout.fillWidth: true
            Layout.preferredHeight: implicitHeight
        }
    }
}
