pragma Singleton

import QtQuick
import ZhiTing.Native

// Typed names for the tokens of shared/ui/theme/tokens.toml, in the look of this window.
// A test keeps this list equal to the tokens.
QtObject {
    id: theme

    property bool elder: Native.elder
    property string mode: Native.mode
    readonly property string profile: Native.profile
    // Motion stops in elder mode.
    readonly property bool still: elder

    onElderChanged: Native.elder = elder
    onModeChanged: Native.mode = mode

    // Python may change the look too; a binding would not survive the first assignment from QML.
    readonly property Connections link: Connections {
        target: Native
        function onLook_changed() {
            theme.elder = Native.elder;
            theme.mode = Native.mode;
        }
    }

    readonly property color background: Native.tokens.background
    readonly property color surface: Native.tokens.surface
    readonly property color surfaceSunken: Native.tokens.surface_sunken
    readonly property color line: Native.tokens.line
    readonly property color lineStrong: Native.tokens.line_strong
    readonly property color foreground: Native.tokens.foreground
    readonly property color muted: Native.tokens.muted
    readonly property color faint: Native.tokens.faint
    readonly property color primary: Native.tokens.primary
    readonly property color primaryHover: Native.tokens.primary_hover
    readonly property color primaryPressed: Native.tokens.primary_pressed
    readonly property color primarySoft: Native.tokens.primary_soft
    readonly property color primaryText: Native.tokens.primary_text
    readonly property color primaryTextMuted: Native.tokens.primary_text_muted
    readonly property color call: Native.tokens.call
    readonly property color callSoft: Native.tokens.call_soft
    readonly property color callText: Native.tokens.call_text
    readonly property color ok: Native.tokens.ok
    readonly property color okSoft: Native.tokens.ok_soft
    readonly property color warn: Native.tokens.warn
    readonly property color warnSoft: Native.tokens.warn_soft
    readonly property color error: Native.tokens.error
    readonly property color errorSoft: Native.tokens.error_soft
    readonly property color info: Native.tokens.info
    readonly property color infoSoft: Native.tokens.info_soft
    readonly property color focus: Native.tokens.focus
    readonly property color shadow: Native.tokens.shadow
    readonly property color scrim: Native.tokens.scrim
    readonly property color paper: Native.tokens.paper
    readonly property color ink: Native.tokens.ink
    readonly property color selection: Native.tokens.selection
    readonly property int textCaption: Native.tokens.text_caption
    readonly property int textBody: Native.tokens.text_body
    readonly property int textLead: Native.tokens.text_lead
    readonly property int textTitle: Native.tokens.text_title
    readonly property int textHeadline: Native.tokens.text_headline
    readonly property int textDisplay: Native.tokens.text_display
    readonly property int textNumber: Native.tokens.text_number
    readonly property int spaceXs: Native.tokens.space_xs
    readonly property int spaceS: Native.tokens.space_s
    readonly property int spaceM: Native.tokens.space_m
    readonly property int spaceL: Native.tokens.space_l
    readonly property int spaceXl: Native.tokens.space_xl
    readonly property int spaceXxl: Native.tokens.space_xxl
    readonly property int radiusS: Native.tokens.radius_s
    readonly property int radiusM: Native.tokens.radius_m
    readonly property int radiusL: Native.tokens.radius_l
    readonly property int touchTarget: Native.tokens.touch_target
    readonly property int touchGap: Native.tokens.touch_gap
    readonly property int touchKey: Native.tokens.touch_key
    readonly property int iconS: Native.tokens.icon_s
    readonly property int iconM: Native.tokens.icon_m
    readonly property int iconL: Native.tokens.icon_l
    readonly property int borderLine: Native.tokens.border_line
    readonly property int borderStrong: Native.tokens.border_strong
    readonly property int borderFocus: Native.tokens.border_focus
    readonly property int motionPress: Native.tokens.motion_press
    readonly property int motionQuick: Native.tokens.motion_quick
    readonly property int motionCalm: Native.tokens.motion_calm
    readonly property int motionSlow: Native.tokens.motion_slow
    readonly property int motionSpin: Native.tokens.motion_spin
    readonly property int secondsIdle: Native.tokens.seconds_idle
    readonly property int secondsUndo: Native.tokens.seconds_undo
    readonly property int secondsToast: Native.tokens.seconds_toast
    readonly property int choices: Native.tokens.choices

    // role: caption | body | lead | title | headline | display | number
    function sizeOf(role: string): int {
        switch (role) {
        case "caption":
            return textCaption;
        case "lead":
            return textLead;
        case "title":
            return textTitle;
        case "headline":
            return textHeadline;
        case "display":
            return textDisplay;
        case "number":
            return textNumber;
        default:
            return textBody;
        }
    }

    // tone: neutral | primary | info | ok | warn | error | call
    function toneColor(tone: string): color {
        switch (tone) {
        case "primary":
            return primary;
        case "info":
            return info;
        case "ok":
            return ok;
        case "warn":
            return warn;
        case "error":
            return error;
        case "call":
            return call;
        default:
            return muted;
        }
    }

    function toneSoft(tone: string): color {
        switch (tone) {
        case "primary":
            return primarySoft;
        case "info":
            return infoSoft;
        case "ok":
            return okSoft;
        case "warn":
            return warnSoft;
        case "error":
            return errorSoft;
        case "call":
            return callSoft;
        default:
            return surfaceSunken;
        }
    }

    // A tone is never told by colour alone.
    function toneIcon(tone: string): string {
        switch (tone) {
        case "ok":
            return "check-circle";
        case "warn":
            return "warning";
        case "error":
            return "error";
        case "call":
            return "bell";
        default:
            return "info";
        }
    }
}
