package aifactory.slurm;

/**
 * How a job's script ended, as {@code sacct} writes it: {@code "code:signal"}.
 *
 * @param code the exit code, 0 to 255
 * @param signal the signal that ended it, 0 for none
 */
public record ExitStatus(int code, int signal) {
    public static final ExitStatus SUCCESS = new ExitStatus(0, 0);

    /** @throws IllegalArgumentException when the text is no exit status */
    public static ExitStatus parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("'" + text + "' is no exit status: expected CODE:SIGNAL");
        }
        return new ExitStatus(Integer.parseInt(text.substring(0, colon)), Integer.parseInt(text.substring(colon + 1)));
    }

    /** From the status word of wait(2), which the REST interface up to v0.0.39 passes on. */
    public static ExitStatus ofWaitStatus(int status) {
        return new ExitStatus((status >> 8) & 0xff, status & 0x7f);
    }

    public boolean isSuccess() {
        return code == 0 && signal == 0;
    }

    @Override
    public String toString() {
        return code + ":" + signal;
    }
}
