package aifactory.engine.recording;

import org.jspecify.annotations.Nullable;

/**
 * Which request it is.
 *
 * @param index over the whole group
 * @param target by its place in the plan
 * @param requestedOutputTokens null where no output length was asked for
 */
public record RequestIdentity(
        long index,
        int target,
        @Nullable Long session,
        int turn,
        @Nullable Integer requestedOutputTokens) {}
