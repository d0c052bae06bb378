package io.cryptobot.smoke.chain;

/** How often Alertmanager has tried to send to one kind of receiver since its start, and how often that failed. */
public record NotificationCount(long sent, long failed) {}
