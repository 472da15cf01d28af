pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// Somebody is not satisfied: what went wrong? Any number of reasons, or none.
Item {
    id: scene

    objectName: "scene_reasons"

    property var view
    property bool english: false

    signal toggled(string key)
    signal done
    signal skipped

    readonly property bool anyChosen: view.reasons.some(reason => reason.chosen)

    ColumnLayout {
        anchors.fill: parent
        spacing: Theme.spaceS

        RowLayout {
            spacing: Theme.spaceM
            Layout.fillWidth: true

            Label {
                text: Words.t("counter.rating.reasons_title", {})
                role: "title"
                strong: true
                color: Theme.primary
                wrapMode: Text.NoWrap
            }
            Label {
                text: Words.t("counter.rating.reasons_about", {})
                role: "caption"
                muted: true
                maximumLineCount: 2
                Layout.fillWidth: true
            }
        }
        Flickable {
            id: area

            clip: true
            contentHeight: grid.implicitHeight
            boundsBehavior: Flickable.StopAtBounds
            interactive: contentHeight > height
            Layout.fillWidth: true
            Layout.fillHeight: true

            GridLayout {
                id: grid

                width: area.width
                columns: 2
                columnSpacing: Theme.touchGap
                rowSpacing: Theme.spaceS

                Repeater {
                    model: scene.view.reasons.length

                    ReasonButton {
                        required property int index

                        readonly property var reason: scene.view.reasons[index]

                        objectName: "reason_" + reason.key
                        text: scene.english && reason.text_en !== "" ? reason.text_en : reason.text
                        chosen: reason.chosen
                        onClicked: scene.toggled(reason.key)
                        Layout.fillWidth: true
                        Layout.preferredWidth: 1
                        Layout.fillHeight: true
                    }
                }
            }
        }
        Icon {
            // Letters may be large: there is more below.
            visible: area.interactive
            opacity: area.atYEnd ? 0 : 1
            name: "chevron-down"
            size: Theme.iconM
            color: Theme.primary
            Layout.alignment: Qt.AlignHCenter
        }
        RowLayout {
            spacing: Theme.touchGap
            Layout.fillWidth: true

            BigButton {
                objectName: "reasons_skip"
                text: Words.t("counter.rating.skip", {})
                onClicked: scene.skipped()
            }
            Label {
                text: Words.t("counter.rating.seconds", {n: scene.view.seconds_left})
                role: "caption"
                muted: true
                wrapMode: Text.NoWrap
                fontSizeMode: Text.HorizontalFit
                minimumPixelSize: Theme.textCaption * 0.6
                horizontalAlignment: Text.AlignHCenter
                Layout.fillWidth: true
            }
            BigButton {
                objectName: "reasons_done"
                text: Words.t("counter.rating.done", {})
                kind: "primary"
                iconName: "check"
                enabled: scene.anyChosen
                onClicked: scene.done()
            }
        }
    }
}
