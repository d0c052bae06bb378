package io.cryptobot.smoke.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Calendar weeks of ISO 8601, {@code 2026-W47}, as the instant of their beginning in UTC. */
public final class WeekConverter implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String text) {
        try {
            return LocalDate.parse(text + "-1", DateTimeFormatter.ISO_WEEK_DATE)
                    .atStartOfDay(ZoneOffset.UTC)
                    .toInstant();
        } catch (DateTimeException e) {
            throw new TypeConversionException("expected a calendar week such as 2026-W47, was '" + text + "'");
        }
    }
}
