package aifactory.workload;

import java.time.Duration;

/**
 * Sessions of several turns, in which each request carries the earlier turns and their real answers.
 *
 * @param turns requests a session
 * @param thinkTime between an answer and the next turn
 */
public record Conversation(int turns, Duration thinkTime) {}
