package io.cryptobot.smoke.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Times with an offset, {@code 2026-12-24T18:00:00Z} or {@code 2026-12-24T19:00:00+01:00}: local times are ambiguous. */
public final class InstantConverter implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new TypeConversionException("expected a moment such as 2026-12-24T18:00:00Z, was '" + text + "'");
        }
    }
}
