package aifactory.slurm.job;

import java.util.random.RandomGenerator;

/** The unique part of a job's name, by which a submission whose answer was lost is found again. */
public final class JobToken {
    private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";
    /** 60 bits. */
    private static final int LENGTH = 12;

    private JobToken() {}

    /** Digits and small letters that are not taken for each other. */
    public static String next(RandomGenerator random) {
        StringBuilder token = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            token.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return token.toString();
    }
}
