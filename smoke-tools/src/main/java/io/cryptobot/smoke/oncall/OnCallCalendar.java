package io.cryptobot.smoke.oncall;

import io.cryptobot.smoke.calendar.Calendar;
import io.cryptobot.smoke.calendar.CalendarEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The shifts of a rotation as a calendar. Stateless. */
final class OnCallCalendar {
    private OnCallCalendar() {}

    /** {@return the whole current week and the weeks after it} */
    static Calendar of(Rotation rotation, Instant now, int weeks) {
        Handover handover = rotation.handover();
        long week = handover.week(now);
        Instant from = handover.start(week);
        Instant to = handover.start(week + weeks);
        List<CalendarEvent> events = new ArrayList<>();
        for (Layer layer : Layer.values()) {
            rotation.shifts(layer, from, to).forEach(shift -> events.add(event(shift)));
        }
        return new Calendar("CryptoBot on call", now, events);
    }

    private static CalendarEvent event(Shift shift) {
        String layer = shift.layer().key();
        return new CalendarEvent(
                layer + "-" + shift.from().getEpochSecond() + "@oncall.cryptobot",
                "On call, " + layer + ": " + shift.member().name(),
                "PagerDuty user " + shift.member().pagerDutyUser()
                        + (shift.planned() == Shift.Planned.BY_OVERRIDE ? "; an override of the weekly order" : ""),
                shift.from(),
                shift.to());
    }
}
