package aifactory.slurm.command;

import aifactory.slurm.SlurmUnavailableException;
import aifactory.slurm.SlurmUnavailableException.Cause;

/** Answers that make no sense. */
final class Garbage {
    private static final int SHOWN_CHARACTERS = 120;

    private Garbage() {}

    static SlurmUnavailableException of(String command, String answer, String expected) {
        String shown = answer.length() > SHOWN_CHARACTERS ? answer.substring(0, SHOWN_CHARACTERS) + "…" : answer;
        return new SlurmUnavailableException(
                Cause.GARBAGE,
                command + " answered '" + shown.replaceAll("\\p{Cntrl}", "|") + "' where " + expected
                        + " were expected; run it manually to find the cause (a wrapper, a message of the day?)");
    }
}
