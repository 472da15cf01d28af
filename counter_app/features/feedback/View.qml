pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import ZhiTing.Ui 1.0

// The citizen's window of a counter, 1280 x 800.
// objectNames: citizen scene_starting scene_closed scene_idle scene_called scene_serving scene_paused scene_given
// given_number given_ahead given_qr scene_rating
// scene_reasons scene_saving scene_thanks scene_already scene_not_kept · counter_label counter_name staff_name staff_title
// staff_number · called_number serving_number pause_reason next_call · face_5 face_4 face_3 face_2 face_1 rating_seconds
// reason_<key> reasons_done reasons_skip · thanks offline bar_language bar_elder
Rectangle {
    id: root

    objectName: "citizen"

    // qmllint disable unqualified
    readonly property var it: presenter
    readonly property var warnings: emergencies
    // qmllint enable unqualified
    readonly property var view: it.view
    readonly property bool english: Words.language === "en"
    readonly property bool rates: view.scene === "rating" || view.scene === "reasons"

    color: Theme.background

    Binding {
        target: Theme
        property: "mode"
        value: root.view.mode
    }

    ColumnLayout {
        anchors.fill: parent
        spacing: 0

        TopBar {
            hallName: root.english && root.view.hall_name_en !== "" ? root.view.hall_name_en : root.view.hall_name
            clockOffsetMs: root.view.clock_offset_ms
            Layout.fillWidth: true
        }
        RowLayout {
            spacing: 0
            Layout.fillWidth: true
            Layout.fillHeight: true

            WhoServes {
                view: root.view
                english: root.english
                Layout.fillHeight: true
                Layout.preferredWidth: Math.round(root.width * 0.27)
            }
            ColumnLayout {
                spacing: 0
                Layout.fillWidth: true
                Layout.fillHeight: true

                NextCall {
                    number: root.view.next_number
                    visible: number !== "" && (root.rates || root.view.scene === "saving")
                    Layout.fillWidth: true
                }
                Loader {
                    id: scene

                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    Layout.margins: Theme.spaceXl
                    sourceComponent: {
                        switch (root.view.scene) {
                        case "called":
                            return called;
                        case "serving":
                            return serving;
                        case "given":
                            return given;
                        case "rating":
                            return rating;
                        case "reasons":
                            return reasons;
                        default:
                            return notice;
                        }
                    }
                    onLoaded: appear.restart()

                    NumberAnimation {
                        id: appear

                        target: scene
                        property: "opacity"
                        from: Theme.still ? 1 : 0
                        to: 1
                        duration: Theme.motionCalm
                        easing.type: Easing.OutQuad
                    }
                }
                Banner {
                    objectName: "offline"
                    visible: !root.view.online && root.view.scene !== "starting"
                    tone: "warn"
                    what: root.view.alone_since !== "" ? Words.t("counter.citizen.alone", {
                        time: root.view.alone_since
                    }) : Words.t("counter.citizen.offline", {})
                    Layout.fillWidth: true
                    Layout.margins: Theme.spaceM
                }
            }
        }
    }

    Loader {
        anchors.fill: parent
        active: !!root.warnings.view.told
        sourceComponent: EmergencyCover {
            told: root.warnings.view.told
            call: ""
            foldable: true
            resting: root.view.scene === "idle" || root.view.scene === "closed"
        }
    }
    Component {
        id: called

        CalledScene {
            view: root.view
            english: root.english
        }
    }
    Component {
        id: serving

        ServingScene {
            view: root.view
            english: root.english
        }
    }
    Component {
        id: given

        GivenScene {
            view: root.view
            english: root.english
        }
    }
    Component {
        id: rating

        RatingScene {
            view: root.view
            onFaceChosen: level => root.it.choose_face(level)
        }
    }
    Component {
        id: reasons

        ReasonsScene {
            view: root.view
            english: root.english
            onToggled: key => root.it.toggle_reason(key)
            onDone: root.it.submit_reasons()
            onSkipped: root.it.skip_reasons()
        }
    }
    Component {
        id: notice

        NoticeScene {
            view: root.view
        }
    }
}
