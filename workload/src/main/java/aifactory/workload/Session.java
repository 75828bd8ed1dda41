package aifactory.workload;

/**
 * One or more requests that follow each other: each turn carries the earlier ones and their answers. A request that
 * stands alone is a session of one turn.
 *
 * @param number over the whole group, from 0
 * @param firstIndex the first turn's request index over the whole group; the turns' indices follow each other
 * @param turns how many requests it has, at least 1
 * @param scheduledNanos when the first turn is due since T0; 0 in closed loop, where it is due when a slot is free
 */
public record Session(long number, long firstIndex, int turns, long scheduledNanos) {
    /** The request index of a turn, counted from 0. */
    public long index(int turn) {
        return firstIndex + turn;
    }
}
