package aifactory.measurement;

import org.jspecify.annotations.Nullable;

/**
 * A reason why a run is not valid.
 *
 * @param code a stable word
 * @param message the figure, the limit and the remedy
 * @param client the client at fault, null when it is the whole group
 */
public record ValidityFinding(
        String code, String message, @Nullable Integer client) {}
