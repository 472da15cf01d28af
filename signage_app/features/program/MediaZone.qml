pragma ComponentBehavior: Bound

import QtQuick
import ZhiTing.Ui 1.0

// What plays: the old item stays until the next one can be seen, and the one after that is made ready meanwhile.
Item {
    id: zone

    required property var item
    required property var next
    property real volume: 0

    readonly property int key: item ? item.key : -1
    readonly property int nextKey: next ? next.key : -1
    property int front: -1

    signal shown(key: int)
    signal ended(key: int)
    signal failed(key: int)

    clip: true

    // A call softens what plays, and gives it back: nobody should start at it.
    Behavior on volume {
        NumberAnimation {
            duration: Theme.motionSlow
        }
    }

    onKeyChanged: begin()
    onNextKeyChanged: prepare()
    Component.onCompleted: begin()

    function slot(place: int): MediaSlot {
        return place === 0 ? first : second;
    }
    // Its share of the sound: what comes up is heard as far as it is seen, and takes that from the other.
    function heard(one: MediaSlot, other: MediaSlot): real {
        return fade.running && fade.old === one ? 1 - other.opacity : one.opacity;
    }
    function begin() {
        if (fade.running) {
            fade.stop();
            settle();
        }
        if (item === null) {
            first.clear();
            second.clear();
            front = -1;
            return;
        }
        const back = slot(front === 0 ? 1 : 0);
        back.load(item);
        if (back.isReady)
            turn(back);
    }
    function prepare() {
        // Only behind what is seen: the slot that comes up now is not free.
        if (fade.running || front < 0 || slot(front).key !== key || next === null)
            return;
        slot(1 - front).load(next);
    }
    function becameReady(place: int) {
        if (slot(place).key === key && front !== place)
            turn(slot(place));
    }
    function turn(coming: MediaSlot) {
        const old = front < 0 ? null : slot(front);
        front = coming === first ? 0 : 1;
        coming.z = 1;
        if (old !== null)
            old.z = 0;
        coming.playing = true;
        fade.coming = coming;
        fade.old = old;
        shown(key);
        if (old === null || !item.fade || Theme.still)
            settle();
        else
            fade.restart();
    }
    function settle() {
        fade.coming.opacity = 1;
        if (fade.old !== null) {
            fade.old.opacity = 0;
            fade.old.clear();
        }
        prepare();
    }
    function lost(key: int) {
        if (key >= 0)
            failed(key);
    }

    MediaSlot {
        id: first

        objectName: "slot_0"
        anchors.fill: parent
        volume: zone.volume * zone.heard(first, second)
        opacity: 0
        onReady: zone.becameReady(0)
        onEnded: zone.ended(first.key)
        onFailed: zone.lost(first.key)
    }
    MediaSlot {
        id: second

        objectName: "slot_1"
        anchors.fill: parent
        volume: zone.volume * zone.heard(second, first)
        opacity: 0
        onReady: zone.becameReady(1)
        onEnded: zone.ended(second.key)
        onFailed: zone.lost(second.key)
    }
    NumberAnimation {
        id: fade

        property MediaSlot coming: null
        property MediaSlot old: null

        target: coming
        property: "opacity"
        from: 0
        to: 1
        duration: Theme.motionSlow
        onFinished: zone.settle()
    }
}
