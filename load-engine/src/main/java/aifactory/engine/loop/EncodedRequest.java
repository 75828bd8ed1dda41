package aifactory.engine.loop;

import org.jspecify.annotations.Nullable;

/**
 * A request that is ready to be sent.
 *
 * @param index its number over the whole group
 * @param scheduledNanos when it is due since T0; 0 in closed loop, where it is due when a slot is free
 * @param target the AI server, by its place in the plan
 * @param bytes head and body
 * @param inputTokens as far as the workload knows
 * @param requestedOutputTokens null where no output length is asked for
 * @param cancelled whether it is to be given up after its first chunk
 * @param key the renewable key among the bytes; null for none
 * @param keyFrom where its line begins
 * @param session that it is a turn of; null when it stands alone
 * @param turn of the session, from 0
 * @param followed whether later turns of the session wait for its response
 */
record EncodedRequest(
        long index,
        long scheduledNanos,
        int target,
        byte[] bytes,
        int inputTokens,
        @Nullable Integer requestedOutputTokens,
        boolean cancelled,
        @Nullable KeyLine key,
        int keyFrom,
        @Nullable SessionProgress session,
        int turn,
        boolean followed) {}
