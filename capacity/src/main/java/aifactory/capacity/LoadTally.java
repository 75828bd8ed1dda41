package aifactory.capacity;

import aifactory.capacity.Judgement.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * What the steps at one load found, and what follows from it: a sequential probability ratio test (A. Wald, 1945) of
 * "the server does not carry this load" against "it does, and the misses are disturbances". Not thread-safe.
 */
final class LoadTally {
    /** Steps at one load, so that a machine that is disturbed for ever does not keep the search from ending. */
    private static final int MOST_STEPS = 10;
    /** Probability that a step meets the targets at a load that is too high: only close to the capacity. */
    private static final double MET_BY_CHANCE = 0.1;
    /** Logarithm of the odds for a miss at which the search continues: about 7 to 1. */
    private static final double TENTATIVE = 2;
    /**
     * The same for the load that decides the result, about 150 to 1: any of the loads below the capacity may be taken
     * for it.
     */
    private static final double CONFIRMED = 5;
    /** Logarithm of the odds for a load that is carried; lower, since disturbances only make a server look worse. */
    private static final double CARRIED = -1;
    /** Number of misses after which the search continues in any case, if no step has met the targets. */
    private static final int MISSES_THAT_DECIDE = 2;
    /** Steps that clients could not generate, before more clients are asked for, at least. */
    private static final int BOUND_THAT_ASKS = 2;
    /**
     * Probability that so many steps were disturbed one after the other, below which the clients are taken to be at
     * their limit.
     */
    private static final double BOUND_BY_CHANCE = 0.05;

    private int steps;
    private int met;
    private int missed;
    private int overloaded;
    private int clientBound;
    private int unusable;
    private double throughput;

    /** @param throughput completed requests per second */
    void add(Verdict verdict, double throughput) {
        this.throughput = throughput;
        steps++;
        switch (verdict) {
            case MET -> met++;
            case MISSED -> missed++;
            case OVERLOADED -> {
                missed++;
                overloaded++;
            }
            case CLIENT_BOUND -> clientBound++;
            case UNUSABLE -> unusable++;
        }
    }

    /** Steps that the clients could not generate count no longer, since there are more clients. */
    void forgetClientBound() {
        clientBound = 0;
    }

    int met() {
        return met;
    }

    int missed() {
        return missed;
    }

    int clientBound() {
        return clientBound;
    }

    int unusable() {
        return unusable;
    }

    /** Completed requests per second of the last step. */
    double throughput() {
        return throughput;
    }

    int judged() {
        return met + missed;
    }

    /** Null while another step is needed to decide. */
    @Nullable
    Verdict decided(double disturbedShare) {
        double evidence = evidenceOfMiss(disturbedShare);
        boolean isLast = steps >= MOST_STEPS;
        if (met > 0 && (missed == 0 || evidence <= CARRIED || (isLast && evidence <= 0))) {
            return Verdict.MET;
        }
        boolean isClear = met == 0 && (overloaded > 0 || missed >= MISSES_THAT_DECIDE);
        if (missed > 0 && (isClear || evidence >= TENTATIVE || isLast)) {
            return Verdict.MISSED;
        }
        // What was judged once was generated once.
        int enough = boundNotByChance(disturbedShare, BOUND_BY_CHANCE, BOUND_THAT_ASKS) * (1 + judged());
        return clientBound >= enough || (isLast && judged() == 0) ? Verdict.CLIENT_BOUND : null;
    }

    /** Whether no more steps are needed to take this load for too much. */
    boolean isMissConfirmed(double disturbedShare) {
        return evidenceOfMiss(disturbedShare) >= CONFIRMED || steps >= MOST_STEPS;
    }

    boolean wasOverloaded() {
        return overloaded > 0;
    }

    /**
     * So many steps that clients could not generate are, with that probability, not disturbances one after the other.
     */
    static int boundNotByChance(double disturbedShare, double probability, int atLeast) {
        return Math.max(atLeast, (int) Math.ceil(Math.log(probability) / Math.log(disturbedShare)));
    }

    /** Logarithm of the odds that the server does not carry the load. */
    private double evidenceOfMiss(double disturbedShare) {
        return missed * Math.log((1 - MET_BY_CHANCE) / disturbedShare)
                - met * Math.log((1 - disturbedShare) / MET_BY_CHANCE);
    }
}
