package aifactory.workload;

/**
 * Randomness as a function: the same seed, purpose and index give the same bits in any order of calls, so that
 * each client can draw for its own requests without drawing for the others'.
 *
 * <p>The mixing function is the finaliser of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
 * generators", OOPSLA 2014).
 */
public final class SeededHash {
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;
    private static final double DOUBLE_UNIT = 0x1.0p-53;

    private SeededHash() {}

    /** What the bits are drawn for. Different purposes give independent bits. */
    public enum Purpose {
        ARRIVAL(1),
        INPUT_LENGTH(2),
        OUTPUT_LENGTH(3),
        PROMPT(4),
        PREFIX(5),
        CANCEL(6),
        SESSION(7),
        THINK_TIME(8),
        THINNING(9),
        MODEL(20);

        /** Fixed, so that a seed means the same in every version. */
        private final long number;

        Purpose(long number) {
            this.number = number;
        }
    }

    /** 64 bits that depend on every argument. */
    public static long bits(long seed, Purpose purpose, long index) {
        long mixed = mix(seed + GOLDEN_GAMMA * purpose.number);
        return mix(mixed + GOLDEN_GAMMA * (index + 1));
    }

    /** A number in [0, 1) with 53 random bits. */
    public static double unit(long bits) {
        return (bits >>> 11) * DOUBLE_UNIT;
    }

    /** The next value of a chain that starts with some bits. */
    public static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** A seed that depends on a text, for salts. The same text gives the same seed on every machine. */
    public static long ofText(String text) {
        long hash = GOLDEN_GAMMA;
        for (int i = 0; i < text.length(); i++) {
            hash = mix(hash ^ text.charAt(i)) + GOLDEN_GAMMA;
        }
        return hash;
    }

    /** A draw from the standard normal distribution, by Box and Muller's transform of two uniform numbers. */
    public static double normal(long bits) {
        double radius = Math.sqrt(-2 * Math.log(1 - unit(bits)));
        return radius * Math.cos(2 * Math.PI * unit(mix(bits + GOLDEN_GAMMA)));
    }
}
