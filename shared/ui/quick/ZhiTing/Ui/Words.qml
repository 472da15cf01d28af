pragma Singleton

import QtQuick
import ZhiTing.Native

// The catalogue in the language of this window: Words.t("kiosk.start.title", {n: 3}). Bindings follow the language.
QtObject {
    id: words

    property string language: Native.language
    readonly property var languages: Native.languages

    onLanguageChanged: Native.language = language

    readonly property Connections link: Connections {
        target: Native
        function onLanguage_changed() {
            words.language = Native.language;
        }
    }

    function t(key: string, params: var): string {
        return Native.text(key, words.language, params === undefined ? {} : params);
    }

    function date(day: date): string {
        return t("ui.date.long", {
            year: day.getFullYear(),
            month: day.getMonth() + 1,
            day: day.getDate(),
            month_name: t("ui.date.month_" + (day.getMonth() + 1)),
            weekday: t("ui.date.weekday_" + day.getDay())
        });
    }

    function time(moment: date): string {
        return Qt.formatTime(moment, "HH:mm");
    }

    // "less than a minute", "about 12 minutes", "about 1 h 20 min"
    function duration(seconds: real): string {
        const minutes = Math.round(seconds / 60);
        if (minutes < 1)
            return t("ui.duration.moment");
        if (minutes < 60)
            return t("ui.duration.minutes", {n: minutes});
        return t("ui.duration.hours", {h: Math.floor(minutes / 60), m: minutes % 60});
    }
}
