/** Calendars for people's own calendar programs: {@link io.cryptobot.smoke.calendar.Calendar} writes iCalendar, RFC 5545. */
@NullMarked
package io.cryptobot.smoke.calendar;

import org.jspecify.annotations.NullMarked;
