package aifactory.commandline.option;

import aifactory.workload.DurationText;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations as people write them: {@code 500ms}, {@code 60s}, {@code 1h30m}; a bare number is seconds. */
public final class DurationConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
        // AIPerf and vLLM take bare seconds, and so do the fingers of their users.
        String withUnit = text.strip().matches("\\d+(\\.\\d+)?") ? text.strip() + "s" : text;
        try {
            return DurationText.parse(withUnit);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
