package io.cryptobot.smoke.oncall;

/**
 * A person who can be on call. There is no telephone number, because PagerDuty has it. Immutable.
 *
 * @param id short and stable, for layers and overrides
 * @param name for people
 * @param pagerDutyUser the id of the user at PagerDuty
 */
public record Member(String id, String name, String pagerDutyUser) {}
