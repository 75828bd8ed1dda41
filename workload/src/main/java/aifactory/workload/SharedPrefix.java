package aifactory.workload;

/**
 * Prefixes that prompts have in common, to exercise a server's prefix cache.
 *
 * @param count how many different prefixes there are
 * @param tokens the length of each
 */
public record SharedPrefix(int count, int tokens) {}
