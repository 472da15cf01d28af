import QtQuick
import QtQuick.Layouts

// The head of every citizen's screen: which hall, what time, which language, elder mode.
// It changes Theme.elder and Words.language itself and tells with elderToggled and languageChosen.
Rectangle {
    id: bar

    property string hallName
    property bool showLanguage: true
    property bool showElder: true
    property bool showClock: true
    property real clockOffsetMs: 0
    property alias now: clock.now
    property alias clockRunning: clock.running

    signal elderToggled(bool on)
    signal languageChosen(string code)

    readonly property var nextLanguage: {
        const all = Words.languages;
        for (let n = 0; n < all.length; ++n)
            if (all[n].code === Words.language)
                return all[(n + 1) % all.length];
        return all.length > 0 ? all[0] : {code: Words.language, name: ""};
    }

    readonly property bool slim: width < 26 * Theme.textTitle
    // Clock and buttons get a line of their own where there is no room for them beside the name.
    readonly property bool narrow: slim && (showLanguage || showElder)

    implicitWidth: 20 * Theme.textTitle
    implicitHeight: grid.implicitHeight + 2 * Theme.spaceM
    color: Theme.surface
    Accessible.role: Accessible.TitleBar
    Accessible.name: hallName

    Rectangle {
        anchors.bottom: parent.bottom
        width: parent.width
        height: Theme.borderStrong
        color: Theme.primary
    }
    GridLayout {
        id: grid

        anchors.verticalCenter: parent.verticalCenter
        x: Theme.spaceL
        width: parent.width - 2 * Theme.spaceL
        columns: bar.narrow ? 1 : 2
        columnSpacing: Theme.spaceL
        rowSpacing: Theme.spaceS

        Label {
            text: bar.hallName
            role: bar.slim && text.length > 24 ? "body" : "title"
            strong: true
            color: Theme.primary
            maximumLineCount: 2
            Layout.fillWidth: true
            Accessible.ignored: true
        }
        RowLayout {
            spacing: Theme.touchGap
            Layout.fillWidth: bar.narrow

            Clock {
                id: clock

                visible: bar.showClock
                role: "lead"
                // Large letters leave no room for both; the time is what people look for.
                showDate: !(bar.slim && (Theme.elder || bar.hallName.length > 24))
                offsetMs: bar.clockOffsetMs
                Layout.alignment: Qt.AlignVCenter
            }
            Item {
                visible: bar.narrow
                Layout.fillWidth: true
            }
            BigButton {
                objectName: "bar_language"
                visible: bar.showLanguage && Words.languages.length > 1
                text: bar.nextLanguage.name
                role: "body"
                iconName: "language"
                leftPadding: Theme.spaceM
                Accessible.description: Words.t("ui.bar.language", {})
                onClicked: {
                    const code = bar.nextLanguage.code;
                    Words.language = code;
                    bar.languageChosen(code);
                }
            }
            BigButton {
                objectName: "bar_elder"
                visible: bar.showElder
                text: Theme.elder ? Words.t("ui.bar.elder_off", {}) : Words.t("ui.bar.elder_on", {})
                role: "body"
                iconName: "elder"
                kind: Theme.elder ? "primary" : "secondary"
                leftPadding: Theme.spaceM
                onClicked: {
                    Theme.elder = !Theme.elder;
                    bar.elderToggled(Theme.elder);
                }
            }
        }
    }
}
