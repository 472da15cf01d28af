// objectNames: built_in | zone_<id> media_<id> slot_0 slot_1 ticker_words clock_time figure_waiting code_qr text_words |
// call_over | emergency emergency_kind emergency_headline emergency_instruction emergency_strip emergency_call
pragma ComponentBehavior: Bound

import QtQuick
import ZhiTing.Ui 1.0
import "features/queueing" as Queueing

// The wall: the hall's own screen or a layout, a call over what plays, an emergency over all.
Rectangle {
    id: stage

    readonly property var calls: presenter.view // qmllint disable unqualified
    readonly property var wall: program.view // qmllint disable unqualified
    readonly property bool upright: height > width

    // While a layout goes and another one comes.
    readonly property var nothing: ({
            id: "",
            kind: "text",
            x: 0,
            y: 0,
            width: 0,
            height: 0,
            layer: 0,
            words: "",
            picture: "",
            code: [],
            item: null,
            next: null,
            as_of: "",
            sound: false,
            figures: []
        })

    color: Theme.background

    Loader {
        objectName: "built_in"
        anchors.fill: parent
        active: stage.wall.built_in
        sourceComponent: Queueing.View {}
    }
    Repeater {
        model: stage.wall.zones.length

        StageZone {
            id: zone

            required property int index

            objectName: "zone_" + told.id
            told: stage.wall.zones[index] ?? stage.nothing
            calls: stage.calls
            notices: stage.wall.notices
            figures: stage.wall.figures
            day: stage.wall
            volume: stage.wall.volume
            // Whole pixels, so that neighbours leave no line between them.
            x: Math.round(told.x * stage.width)
            y: Math.round(told.y * stage.height)
            width: Math.round((told.x + told.width) * stage.width) - x
            height: Math.round((told.y + told.height) * stage.height) - y
            z: told.layer
            onShown: key => program.item_shown(told.id, key) // qmllint disable unqualified
            onEnded: key => program.item_ended(told.id, key) // qmllint disable unqualified
            onFailed: key => program.item_failed(told.id, key) // qmllint disable unqualified
        }
    }
    Loader {
        z: 50
        active: !stage.wall.built_in && stage.wall.zones.some(zone => ["call", "calls", "waiting", "figures"].includes(zone.kind))
        anchors.bottom: parent.bottom
        width: parent.width
        // How old the calls are that a layout shows, as the built-in screen says it.
        sourceComponent: Queueing.Foot {
            visible: warns
            view: stage.calls
            upright: stage.upright
        }
    }
    Loader {
        z: 100
        // The built-in screen shows a call in its own place, and so does a layout that has one.
        readonly property bool band: stage.wall.calls_over === "band"
        readonly property bool hasPlace: stage.wall.zones.some(zone => zone.kind === "call")

        active: !stage.wall.built_in && stage.wall.calls_over !== "none" && !(band && hasPlace)
        anchors.bottom: parent.bottom
        width: parent.width
        height: band ? parent.height * (stage.upright ? 0.3 : 0.44) : parent.height
        sourceComponent: Fitted {
            objectName: "call_over"
            visible: stage.wall.call
            naturalWidth: Theme.textNumber * 3.75
            naturalHeight: Theme.textNumber * 2.2

            Queueing.Hero {
                anchors.fill: parent
                radius: 0
                view: stage.calls
            }
        }
    }
    Loader {
        z: 200
        anchors.fill: parent
        active: !!stage.wall.emergency
        sourceComponent: EmergencyCover {
            told: stage.wall.emergency ?? null
            call: stage.wall.strip && stage.calls.hero ? stage.calls.hero.sentence : ""
        }
    }
}
