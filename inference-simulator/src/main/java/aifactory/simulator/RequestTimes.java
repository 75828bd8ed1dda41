package aifactory.simulator;

/**
 * The true times of one request: readings of {@link System#nanoTime()}, which on Linux all processes of a machine
 * share.
 *
 * @param index counts requests for generation from 0 in the order of their receipt
 * @param requestId the request's {@code x-request-id} header where it has a usable one, otherwise the answer's own id
 * @param receivedNanos when the event loop had read the last byte of the request
 * @param chunkNanos when each chunk with content was handed to the kernel; one element for an answer
 * that is not streamed, and no more than 1,048,576 for one without an end
 */
@SuppressWarnings("ArrayRecordComponent") // millions of stamps: boxed ones would not fit in memory; never compared
public record RequestTimes(long index, String requestId, long receivedNanos, long[] chunkNanos) {}
