package aifactory.protocol;

/**
 * A line of a log that indicates a problem.
 *
 * @param count how many lines say the same
 * @param line the last of them
 * @param meaning what is wrong, and what to do about it
 */
public record LogFinding(String path, int count, String line, String meaning) {}
