package aifactory.workload;

import java.time.Duration;

/**
 * Sessions of several turns, in which each request carries the earlier turns and their real answers.
 *
 * @param turns requests a session
 * @param thinkTime between an answer and the next turn, on average
 * @param thinkTimeDeviation standard deviation of the think time, which is normal and cut off below 0
 */
public record Conversation(LengthDistribution turns, Duration thinkTime, Duration thinkTimeDeviation) {}
