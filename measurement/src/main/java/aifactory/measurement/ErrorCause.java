package aifactory.measurement;

import org.jspecify.annotations.Nullable;

/**
 * Failed requests that have their cause and their HTTP status in common.
 *
 * @param cause a {@link FailureKind} in lower case
 * @param status the HTTP status of the answers, null where none came
 * @param firstNanos when the first of them had failed, since T0
 * @param sample what the server, or the system, said of the first of them; null where nothing was said
 */
public record ErrorCause(
        String cause,
        @Nullable Integer status,
        long count,
        long firstNanos,
        @Nullable String sample) {}
