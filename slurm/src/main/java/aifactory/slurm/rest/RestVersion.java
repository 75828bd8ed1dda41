package aifactory.slurm.rest;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A version of slurmrestd's interface, {@code v0.0.42} for instance. Responses are recognised by their structure; only
 * requests, and the paths of queries, depend on the version.
 */
record RestVersion(int number) {
    static final int OLDEST = 38;
    /** The newest whose answers are known. A slurmrestd serves several, so a newer one has this too for some years. */
    static final int NEWEST = 45;

    /**
     * Reads {@code v0.0.42}.
     *
     * @throws IllegalArgumentException names the text and the versions that are known
     */
    static RestVersion parse(String text) {
        if (text.matches("v0\\.0\\.[0-9]{1,3}")) {
            int number = Integer.parseInt(text.substring("v0.0.".length()));
            if (number >= OLDEST && number <= NEWEST) {
                return new RestVersion(number);
            }
        }
        throw new IllegalArgumentException("'" + text + "' is not a version of slurmrestd's interface that is known"
                + " here (expected v0.0." + OLDEST + " to v0.0." + NEWEST + ")");
    }

    /** The newest first. */
    static List<RestVersion> all() {
        return IntStream.iterate(NEWEST, number -> number >= OLDEST, number -> number - 1)
                .mapToObj(RestVersion::new)
                .toList();
    }

    /** Before that the options of a job are those of {@code sbatch}, its environment an object. */
    boolean describesJobsByMessage() {
        return number >= 39;
    }

    boolean hasScriptInsideJob() {
        return number >= 41;
    }

    /** How {@code gres} is distinguished from other resources. */
    String genericResourcePrefix() {
        return number >= 40 ? "gres/" : "gres:";
    }

    /** Before that, text such as {@code uts1795000000}. */
    boolean takesSecondsForTimes() {
        return number >= 39;
    }

    /** Before that, one parameter with commas. */
    boolean repeatsParameters() {
        return number >= 40;
    }

    /**
     * Without these flags a signal goes to the batch script too, which kills the steps at once; empty if the version
     * has none.
     */
    String signalFlags() {
        return number >= 40 ? "&flags=FULL_STEPS_ONLY" : "";
    }

    boolean canSkipSteps() {
        return number >= 40;
    }

    @Override
    public String toString() {
        return "v0.0." + number;
    }
}
