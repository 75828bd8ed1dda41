package aifactory.slurm;

/**
 * The number of a job at its cluster.
 *
 * @param number positive
 */
public record JobId(long number) implements Comparable<JobId> {
    public JobId {
        if (number <= 0) {
            throw new IllegalArgumentException("a Slurm job id is a positive number, not " + number);
        }
    }

    /** @throws IllegalArgumentException when the text is no job id */
    public static JobId parse(String text) {
        if (text.isEmpty() || text.length() > 18 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("'" + text + "' is no Slurm job id: expected digits only");
        }
        return new JobId(Long.parseLong(text));
    }

    @Override
    public int compareTo(JobId other) {
        return Long.compare(number, other.number);
    }

    @Override
    public String toString() {
        return Long.toString(number);
    }
}
