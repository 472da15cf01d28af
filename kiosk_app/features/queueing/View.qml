pragma ComponentBehavior: Bound

import QtQuick
import ZhiTing.Ui 1.0

// The step that is being taken. Names that can be touched or read:
// start: start_card_hint start_type_number start_without start_search start_take_card start_other_ways
// other_ways: other_agent other_missed other_group; group: group_1..
// ticket_number: ticket_number_field ticket_number_confirm key_0..key_9 key_A..key_Z key_backspace key_clear
// number: number_person number_organisation number_letters number_field number_confirm key_0..key_9 key_X key_A..key_Z
//   key_backspace key_clear
// welcome: service_card_0.. welcome_others search_open
// services: service_card_0.. search_open several_toggle several_take page_previous page_next crumb_home crumb_0..
// search: search_box search_input candidate_0.. strip_previous strip_next key_A..key_Z key_clear key_backspace
//   service_card_0.. page_previous page_next search_nothing search_by_group
// name: name_box key_a..key_z candidate_0.. strip_previous strip_next key_backspace key_clear key_space key_latin
//   key_digits key_pinyin key_shift name_confirm name_without
// ask, agent, person, who: ask_service ask_card_hint ask_type_number who_without
// limited, missed: limited_return limited_number limited_ahead limited_wait limited_text limited_print limited_choose limited_leave
// booked: booked_card booked_service booked_check_in booked_others
// trouble: trouble_retry trouble_leave; away: away_title
// ticket: ticket_number ticket_service ticket_ahead ticket_wait ticket_qr ticket_paper ticket_message ticket_take_card
//   print_again ticket_done
Item {
    id: journey

    property var desk
    property var view
    property bool wide: false
    property real reach: 0

    function screenOf(step: string): Component {
        switch (step) {
        case "start":
        case "attract":
            return start;
        case "number":
            return number;
        case "name":
            return name;
        case "welcome":
            return welcome;
        case "services":
            return services;
        case "search":
            return search;
        case "ask":
        case "agent":
        case "person":
        case "who":
            return ask;
        case "other_ways":
            return otherWays;
        case "group":
            return group;
        case "ticket_number":
            return ticketNumber;
        case "booked":
            return booked;
        case "issuing":
            return issuing;
        case "trouble":
            return trouble;
        case "limited":
        case "missed":
            return limited;
        case "ticket":
            return ticket;
        default:
            return away;
        }
    }

    Loader {
        id: stage

        anchors.fill: parent
        sourceComponent: journey.screenOf(journey.view.step)
        onLoaded: {
            if (!Theme.still)
                appear.restart();
        }

        NumberAnimation {
            id: appear

            target: stage.item
            property: "opacity"
            from: 0
            to: 1
            duration: Theme.motionCalm
        }
    }
    Component {
        id: start

        StartStep {
            desk: journey.desk
            view: journey.view
            wide: journey.wide
            reach: journey.reach
        }
    }
    Component {
        id: number

        NumberStep {
            desk: journey.desk
            view: journey.view
            wide: journey.wide
            reach: journey.reach
        }
    }
    Component {
        id: name

        NameStep {
            desk: journey.desk
            view: journey.view
            wide: journey.wide
            reach: journey.reach
        }
    }
    Component {
        id: welcome

        WelcomeStep {
            desk: journey.desk
            view: journey.view
            wide: journey.wide
            reach: journey.reach
        }
    }
    Component {
        id: services

        ServicesStep {
            desk: journey.desk
            view: journey.view
            wide: journey.wide
            reach: journey.reach
        }
    }
    Component {
        id: search

        SearchStep {
            desk: journey.desk
            view: journey.view
            wide: journey.wide
            reach: journey.reach
        }
    }
    Component {
        id: ask

        AskStep {
            desk: journey.desk
            view: journey.view
            wide: journey.wide
            reach: journey.reach
        }
    }
    Component {
        id: otherWays

        OtherWaysStep {
            desk: journey.desk
            view: journey.view
            wide: journey.wide
            reach: journey.reach
        }
    }
    Component {
        id: group

        GroupStep {
            desk: journey.desk
            view: journey.view
            wide: journey.wide
            reach: journey.reach
        }
    }
    Component {
        id: ticketNumber

        TicketNumberStep {
            desk: journey.desk
            view: journey.view
            wide: journey.wide
            reach: journey.reach
        }
    }
    Component {
        id: booked

        BookedStep {
            desk: journey.desk
            view: journey.view
            wide: journey.wide
            reach: journey.reach
        }
    }
    Component {
        id: issuing

        IssuingStep {
            desk: journey.desk
            view: journey.view
            wide: journey.wide
            reach: journey.reach
        }
    }
    Component {
        id: trouble

        TroubleStep {
            desk: journey.desk
            view: journey.view
            wide: journey.wide
            reach: journey.reach
        }
    }
    Component {
        id: limited

        LimitedStep {
            desk: journey.desk
            view: journey.view
            wide: journey.wide
            reach: journey.reach
        }
    }
    Component {
        id: ticket

        TicketStep {
            desk: journey.desk
            view: journey.view
            wide: journey.wide
            reach: journey.reach
        }
    }
    Component {
        id: away

        AwayStep {
            desk: journey.desk
            view: journey.view
            wide: journey.wide
            reach: journey.reach
        }
    }
}
