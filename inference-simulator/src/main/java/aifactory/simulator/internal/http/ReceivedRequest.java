package aifactory.simulator.internal.http;

import io.netty.handler.codec.http.HttpMethod;

/**
 * A request that was read in full.
 *
 * @param path without its query
 * @param requestId the {@code x-request-id} header, empty without one
 * @param isPersistent whether the connection may stay open afterwards
 * @param isVersion10 whether it is of HTTP/1.0, which has no chunked coding
 * @param receivedNanos server time at which its last byte had been read
 * @param receivedTrueNanos the machine's monotonic time of the same instant
 */
@SuppressWarnings("ArrayRecordComponent") // a body is read once, never compared
record ReceivedRequest(
        HttpMethod method,
        String path,
        String requestId,
        boolean isPersistent,
        boolean isVersion10,
        byte[] body,
        long receivedNanos,
        long receivedTrueNanos) {}
