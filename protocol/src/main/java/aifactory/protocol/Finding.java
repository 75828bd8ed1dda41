package aifactory.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that a reader of a valid run has to know before using its values. A finding never changes whether the run
 * is valid.
 *
 * @param code a stable word, for instance {@code not_steady}
 * @param message what was found, in a sentence with its value
 * @param value the most important number of the message
 * @param unit of {@code value}, for instance {@code requests}, {@code %} or {@code ms}
 * @param remedy what to do about it
 * @param details further values by name, each name ending in its unit; may be empty
 */
public record Finding(
        String code, String message, @Nullable Double value, String unit, String remedy, Map<String, Double> details) {
    public Finding {
        details = Collections.unmodifiableMap(new LinkedHashMap<>(Objects.requireNonNullElse(details, Map.of())));
    }

    /** A finding without further numbers. */
    public Finding(String code, String message, double value, String unit, String remedy) {
        this(code, message, value, unit, remedy, Map.of());
    }
}
