package aifactory.protocol;

/**
 * Answer to a batch, given once it is durable.
 *
 * @param durableThrough every batch up to and with this one is durable
 */
public record BatchAcknowledgement(String runId, long durableThrough, ClockSample clock) {}
