package aifactory.protocol;

/**
 * The service's half of a four-timestamp exchange, in every answer to a client. Together with the client's own times of
 * sending and receiving it gives the offset between the clocks, regardless of how long the service held the request.
 *
 * @param receivedEpochNanos when the service had the request, nanoseconds since 1970 on its monotonic-anchored clock
 * @param sentEpochNanos when it answered
 */
public record ClockSample(long receivedEpochNanos, long sentEpochNanos) {}
