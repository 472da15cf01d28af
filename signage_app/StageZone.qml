pragma ComponentBehavior: Bound

import QtQuick
import ZhiTing.Ui 1.0
import "features/program" as Program
import "features/queueing" as Queueing

// One zone of a layout: calls and waits as the hall's own screen draws them, or what the program says.
Item {
    id: zone

    required property var told
    required property var calls
    required property var notices
    required property var figures
    // Lunar date, weather, since when it is known.
    required property var day
    // How loud films are, from 0 to 1.
    required property real volume

    signal shown(key: int)
    signal ended(key: int)
    signal failed(key: int)

    readonly property real unit: Theme.textNumber

    // A long one gets smaller letters.
    component ClockLine: Label {
        width: parent ? parent.width : 0
        visible: text !== ""
        role: "caption"
        wrapMode: Text.NoWrap
        fontSizeMode: Text.HorizontalFit
        minimumPixelSize: Theme.textCaption * 0.55
        horizontalAlignment: Text.AlignHCenter
    }

    Loader {
        anchors.fill: parent
        sourceComponent: {
            switch (zone.told.kind) {
            case "call":
                return hero;
            case "calls":
                return list;
            case "waiting":
                return waiting;
            case "media":
                return media;
            case "ticker":
                return ticker;
            case "clock":
                return clock;
            case "head":
                return head;
            case "figures":
                return figures;
            case "qr":
                return code;
            case "web":
                return web;
            default:
                return words;
            }
        }
    }
    Component {
        id: hero

        Fitted {
            naturalWidth: zone.unit * 3.75
            naturalHeight: zone.unit * 2.2

            Queueing.Hero {
                view: zone.calls
                anchors.fill: parent
                anchors.margins: Theme.spaceS
            }
        }
    }
    Component {
        id: list

        Fitted {
            naturalWidth: zone.unit * 4.3
            naturalHeight: zone.unit * 3

            Queueing.CallList {
                view: zone.calls
                anchors.fill: parent
                anchors.margins: Theme.spaceS
            }
        }
    }
    Component {
        id: waiting

        Fitted {
            naturalWidth: zone.unit * 3.75
            naturalHeight: zone.unit * 1.4

            Queueing.WaitingCard {
                view: zone.calls
                anchors.fill: parent
                anchors.margins: Theme.spaceS
            }
        }
    }
    Component {
        id: media

        Item {
            Label {
                anchors.centerIn: parent
                width: parent.width - 2 * Theme.spaceL
                text: zone.calls.hall
                role: "title"
                muted: true
                horizontalAlignment: Text.AlignHCenter
            }
            Program.MediaZone {
                objectName: "media_" + zone.told.id
                anchors.fill: parent
                item: zone.told.item ?? null
                next: zone.told.next ?? null
                volume: zone.told.sound ? zone.volume : 0
                onShown: key => zone.shown(key)
                onEnded: key => zone.ended(key)
                onFailed: key => zone.failed(key)
            }
        }
    }
    Component {
        id: ticker

        Program.Ticker {
            notices: {
                const found = [zone.told.words, ...zone.notices].filter(one => one !== "");
                return found.length > 0 ? found : zone.calls.note !== "" ? [zone.calls.note] : [];
            }
        }
    }
    Component {
        id: clock

        Fitted {
            // Time and date; lunar date, weather and own words as they are there.
            readonly property var lines: [zone.day.lunar, zone.day.weather, zone.day.weather_note, zone.told.words].filter(one => one !== "")

            naturalWidth: Theme.textHeadline * (lines.length > 0 ? 8 : 6.5)
            naturalHeight: Theme.textHeadline * (2.1 + 0.56 * lines.length)

            Column {
                anchors.centerIn: parent
                width: parent.width - 2 * Theme.spaceS

                ClockLine {
                    objectName: "clock_time"
                    text: zone.calls.time
                    role: "headline"
                    strong: true
                    color: Theme.primary
                }
                ClockLine {
                    text: zone.calls.date
                }
                ClockLine {
                    objectName: "clock_lunar"
                    text: zone.day.lunar
                }
                ClockLine {
                    objectName: "clock_weather"
                    text: zone.day.weather
                    strong: true
                    color: Theme.primary
                }
                ClockLine {
                    objectName: "clock_weather_note"
                    text: zone.day.weather_note
                    muted: true
                }
                ClockLine {
                    text: zone.told.words
                    muted: true
                }
            }
        }
    }
    Component {
        id: head

        Fitted {
            id: title

            // In a narrow one the date goes under the time.
            readonly property bool narrow: zone.width < zone.height * 11

            naturalWidth: zone.unit * (narrow ? 4.7 : 8.35)
            naturalHeight: Theme.textHeadline * 1.6

            Rectangle {
                anchors.fill: parent
                color: Theme.primary

                Queueing.Head {
                    anchors.verticalCenter: parent.verticalCenter
                    width: parent.width
                    view: zone.calls
                    upright: title.narrow
                }
            }
        }
    }
    Component {
        id: figures

        Program.FiguresZone {
            told: zone.figures
            names: zone.told.figures
            waiting: zone.calls.waiting_total
        }
    }
    Component {
        id: code

        Item {
            QrCode {
                objectName: "code_qr"
                anchors.centerIn: parent
                width: Math.min(parent.width, parent.height) * 0.94
                height: width
                matrix: zone.told.code
            }
        }
    }
    Component {
        id: web

        Program.WebZone {
            picture: zone.told.picture
            asOf: zone.told.as_of
        }
    }
    Component {
        id: words

        Label {
            objectName: "text_words"
            text: zone.told.words
            role: "display"
            strong: true
            color: Theme.primary
            fontSizeMode: Text.Fit
            minimumPixelSize: Theme.textCaption
            horizontalAlignment: Text.AlignHCenter
            leftPadding: Theme.spaceM
            rightPadding: Theme.spaceM
        }
    }
}
