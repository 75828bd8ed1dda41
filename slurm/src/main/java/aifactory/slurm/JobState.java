package aifactory.slurm;

import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Every state that Slurm 22.05 to 26.05 gives to a job, and {@link #UNKNOWN} for any other state. */
public enum JobState {
    BOOT_FAIL,
    CANCELLED,
    COMPLETED,
    CONFIGURING,
    COMPLETING,
    DEADLINE,
    EXPEDITING,
    FAILED,
    NODE_FAIL,
    OUT_OF_MEMORY,
    PENDING,
    POWER_UP_NODE,
    PREEMPTED,
    RUNNING,
    RESV_DEL_HOLD,
    REQUEUE_FED,
    REQUEUE_HOLD,
    REQUEUED,
    RESIZING,
    REVOKED,
    SIGNALING,
    SPECIAL_EXIT,
    STAGE_OUT,
    STOPPED,
    SUSPENDED,
    TIMEOUT,
    UPDATE_DB,
    /** A word that no known Slurm uses. Never taken for an end. */
    UNKNOWN;

    /** What a state means to a caller that waits for the job. */
    public enum Phase {
        /** Has no nodes: in the queue, held, or put back into it. */
        WAITING,
        /** Has nodes; its processes run, start, or are stopped for a while. */
        RUNNING,
        /** Gives its nodes back; nothing of it will run again, the outcome is not final yet. */
        ENDING,
        /** Ended; its record will not change. */
        ENDED,
        /** Unknown. */
        UNCERTAIN
    }

    private static final Map<String, JobState> BY_WORD = words();

    public Phase phase() {
        return switch (this) {
            case PENDING, REQUEUE_FED, REQUEUE_HOLD, REQUEUED, RESV_DEL_HOLD, SPECIAL_EXIT -> Phase.WAITING;
            case CONFIGURING, EXPEDITING, POWER_UP_NODE, RUNNING, RESIZING, SIGNALING, STOPPED, SUSPENDED, UPDATE_DB ->
                Phase.RUNNING;
            case COMPLETING, STAGE_OUT -> Phase.ENDING;
            case BOOT_FAIL,
                    CANCELLED,
                    COMPLETED,
                    DEADLINE,
                    FAILED,
                    NODE_FAIL,
                    OUT_OF_MEMORY,
                    PREEMPTED,
                    REVOKED,
                    TIMEOUT -> Phase.ENDED;
            case UNKNOWN -> Phase.UNCERTAIN;
        };
    }

    /** Whether Slurm has said, by this state, that the job is over. */
    public boolean isTerminal() {
        return phase() == Phase.ENDED;
    }

    /**
     * Reads a state as {@code squeue %T}, {@code sacct State}, {@code scontrol} and the REST interface write it, also
     * {@code "CANCELLED by 1000"} and names cut short ({@code "CANCELLED+"}). A word that is no state is
     * {@link #UNKNOWN}.
     */
    public static JobState parse(String text) {
        String word = text.strip().toUpperCase(Locale.ROOT);
        int end = 0;
        while (end < word.length() && (Character.isLetter(word.charAt(end)) || word.charAt(end) == '_')) {
            end++;
        }
        if (end < word.length() && word.charAt(end) == '+') {
            return completed(word.substring(0, end));
        }
        if (end < word.length() && word.charAt(end) != ' ') {
            return UNKNOWN;
        }
        return BY_WORD.getOrDefault(word.substring(0, end), UNKNOWN);
    }

    /**
     * Reads the state of newer REST versions, a base state and flags in any order. A flag says more than the base, in
     * the order in which Slurm's own {@code job_state_string} looks at them: a job that is {@code NODE_FAIL} and
     * {@code REQUEUED} has not ended.
     */
    public static JobState combine(Collection<String> words) {
        JobState strongest = UNKNOWN;
        for (String word : words) {
            JobState state = parse(word);
            if (state == UNKNOWN) {
                return UNKNOWN;
            }
            if (strongest == UNKNOWN || state.precedence() < strongest.precedence()) {
                strongest = state;
            }
        }
        return strongest;
    }

    private int precedence() {
        return switch (this) {
            case COMPLETING -> 0;
            case STAGE_OUT -> 1;
            case CONFIGURING -> 2;
            case POWER_UP_NODE -> 3;
            case EXPEDITING -> 4;
            case RESIZING -> 5;
            case REQUEUED -> 6;
            case REQUEUE_FED -> 7;
            case REQUEUE_HOLD -> 8;
            case SPECIAL_EXIT -> 9;
            case STOPPED -> 10;
            case REVOKED -> 11;
            case RESV_DEL_HOLD -> 12;
            case SIGNALING -> 13;
            case UPDATE_DB -> 14;
            case PENDING,
                    RUNNING,
                    SUSPENDED,
                    COMPLETED,
                    CANCELLED,
                    FAILED,
                    TIMEOUT,
                    NODE_FAIL,
                    PREEMPTED,
                    BOOT_FAIL,
                    DEADLINE,
                    OUT_OF_MEMORY -> 20;
            case UNKNOWN -> 30;
        };
    }

    private static JobState completed(String beginning) {
        JobState found = UNKNOWN;
        for (Map.Entry<String, JobState> entry : BY_WORD.entrySet()) {
            if (!beginning.isEmpty() && entry.getKey().startsWith(beginning) && entry.getValue() != UNKNOWN) {
                if (found != UNKNOWN && found != entry.getValue()) {
                    return UNKNOWN;
                }
                found = entry.getValue();
            }
        }
        return found;
    }

    private static Map<String, JobState> words() {
        Map<String, JobState> words = new HashMap<>();
        for (JobState state : values()) {
            words.put(state.name(), state);
        }
        // Other spellings: sacct's and the data parsers' of the REST interface.
        words.put("COMPLETE", COMPLETED);
        words.put("NODEFAIL", NODE_FAIL);
        words.put("OOM", OUT_OF_MEMORY);
        words.put("REQUEUE", REQUEUED);
        return words;
    }
}
