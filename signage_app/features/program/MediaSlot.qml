pragma ComponentBehavior: Bound

import QtQuick
import ZhiTing.Signage 1.0
import ZhiTing.Ui 1.0

// One picture or video, made ready out of sight; there are two of these in a zone.
Rectangle {
    id: slot

    property var item: null
    property bool playing: false
    property real volume: 0

    readonly property int key: item ? item.key : -1
    readonly property bool isVideo: item !== null && item.kind === "video"
    property bool isReady: false
    // One player for all films of this slot: each new one would leave its frames to the memory for a while.
    property bool hasPlayer: false

    signal ready
    signal ended
    signal failed

    // Where a picture leaves room, the wall's own colour: nothing is ever black. One that leaves none has no ground, which
    // would shine through while it comes up.
    color: item !== null && item.cover ? "transparent" : Theme.background

    function load(wanted: var) {
        if (wanted.key === key)
            return;
        clear();
        hasPlayer = hasPlayer || wanted.kind === "video";
        item = wanted;
    }
    function clear() {
        playing = false;
        isReady = false;
        item = null;
    }
    function becomeReady() {
        if (!isReady && item !== null) {
            isReady = true;
            ready();
        }
    }

    Image {
        id: picture

        anchors.fill: parent
        visible: !slot.isVideo
        asynchronous: true
        cache: false
        source: slot.item !== null && !slot.isVideo ? slot.item.source : ""
        // A photograph of fifty megapixels would else stand in the memory whole.
        sourceSize: Qt.size(Math.max(1, slot.width), Math.max(1, slot.height))
        fillMode: slot.item !== null && slot.item.cover ? Image.PreserveAspectCrop : Image.PreserveAspectFit
        onStatusChanged: {
            if (status === Image.Ready)
                slot.becomeReady();
            else if (status === Image.Error)
                slot.failed();
        }
    }
    Loader {
        anchors.fill: parent
        active: slot.hasPlayer
        visible: slot.isVideo
        sourceComponent: Film {
            objectName: "film"
            source: slot.isVideo ? slot.item.source : ""
            cover: slot.item !== null && slot.item.cover
            again: slot.item !== null && slot.item.again
            playing: slot.playing
            volume: slot.volume
            onReady: slot.becomeReady()
            onEnded: slot.ended()
            onFailed: slot.failed()
            Component.onDestruction: source = ""
        }
    }
}
