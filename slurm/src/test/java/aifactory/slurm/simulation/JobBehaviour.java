package aifactory.slurm.simulation;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a simulated job does when it runs.
 *
 * @param runTime until its script ends by itself
 * @param exitCode of its script then
 * @param onTerm what its tasks do when they get SIGTERM
 * @param flushTime that they need before they end, where they flush
 */
public record JobBehaviour(Duration runTime, int exitCode, OnTerm onTerm, Duration flushTime) {
    /** What tasks do on SIGTERM. */
    public enum OnTerm {
        /** Flush and end with code 0. */
        FLUSH,
        /** Die at once, as a program does that has no handler. */
        DIE,
        /** Continue. */
        IGNORE
    }

    private static final Pattern SLEEP = Pattern.compile("\\bsleep ([0-9]+)\\b");
    private static final Pattern EXIT = Pattern.compile("(?m)^\\s*exit ([0-9]+)\\s*$");
    private static final Duration FOR_EVER = Duration.ofDays(400);
    private static final Duration USUAL_FLUSH = Duration.ofSeconds(2);

    /** Runs until it receives a signal to end, and flushes within 2 s. */
    public static final JobBehaviour UNTIL_STOPPED = new JobBehaviour(FOR_EVER, 0, OnTerm.FLUSH, USUAL_FLUSH);

    /** Runs so long, ends with that code, and flushes on SIGTERM. */
    public static JobBehaviour runFor(Duration runTime, int exitCode) {
        return new JobBehaviour(runTime, exitCode, OnTerm.FLUSH, USUAL_FLUSH);
    }

    /**
     * Reads a plain script: the sum of its {@code sleep SECONDS}, its {@code exit CODE}, and whether it traps TERM.
     * With an {@code srun} and no sleep it is the launch command of clients, which run until stopped.
     */
    static JobBehaviour ofScript(String script) {
        long seconds = 0;
        boolean sleeps = false;
        Matcher sleep = SLEEP.matcher(script);
        while (sleep.find()) {
            seconds += Long.parseLong(sleep.group(1));
            sleeps = true;
        }
        if (!sleeps && script.contains("srun ")) {
            return UNTIL_STOPPED;
        }
        Matcher exit = EXIT.matcher(script);
        return new JobBehaviour(
                Duration.ofSeconds(seconds),
                exit.find() ? Integer.parseInt(exit.group(1)) : 0,
                script.contains("trap ") ? OnTerm.FLUSH : OnTerm.DIE,
                USUAL_FLUSH);
    }
}
