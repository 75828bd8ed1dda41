package aifactory.simulator.internal.timing;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * All randomness of a server, each value a function of the seed, a stream's number and an index, so that requests do
 * not disturb each other. Immutable.
 */
public final class SeededRandomness {
    /** Latencies and lengths of requests. */
    public static final long REQUEST_STREAM = 1;
    /** Identifiers of requests. */
    public static final long IDENTIFIER_STREAM = 2;
    /** The words of an answer. */
    public static final long WORD_STREAM = 3;
    /** The first fault's choice of requests; the other faults' follow. */
    public static final long FIRST_FAULT_STREAM = 1000;

    private static final double UNIT = 0x1.0p-53;

    private final long seed;

    /** Randomness from a seed. */
    public SeededRandomness(long seed) {
        this.seed = seed;
    }

    /** A separate generator for one index of a stream. */
    public RandomGenerator generator(long stream, long index) {
        return new SplittableRandom(bits(stream, index));
    }

    /** 64 random bits. */
    public long bits(long stream, long index) {
        return mix(mix(mix(seed) + stream) + index);
    }

    /** A number from 0 to less than 1. */
    public double uniform(long stream, long index) {
        return (bits(stream, index) >>> 11) * UNIT;
    }

    /**
     * One step of SplitMix64 (Steele, Lea, Flood 2014): a bijection in which every input bit reaches every output bit.
     */
    public static long mix(long value) {
        long mixed = value + 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
