package aifactory.slurm.usage;

import aifactory.slurm.StepUsage;
import aifactory.slurm.UsageReport;
import aifactory.slurm.command.SlurmText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says from what a job used how large the next one should be. */
public final class RightSizing {
    /** Room above what was seen: sampling misses peaks. */
    private static final double HEADROOM = 1.5;

    private static final double WELL_USED = 0.5;
    private static final double NEARLY_ALL = 0.9;
    private static final long MEBIBYTE = 1L << 20;
    private static final long GIBIBYTE = 1L << 30;
    private static final Duration TOO_SHORT = Duration.ofSeconds(30);

    private RightSizing() {}

    /**
     * One sentence for each thing that could be asked for otherwise; one sentence that nothing could, where that is so.
     *
     * @param timeLimit of the job, null where it is not known
     */
    public static List<String> advise(UsageReport usage, @Nullable Duration timeLimit) {
        List<String> advice = new ArrayList<>();
        memory(usage, advice);
        cpus(usage, advice);
        time(usage, timeLimit, advice);
        if (advice.isEmpty()) {
            advice.add(
                    maximumResidentBytes(usage) < 0
                            ? "Slurm has not sampled this job yet, so there is no recommendation"
                            : "the requested resources match the usage");
        }
        return advice;
    }

    /** The largest task of the steps; -1 where nothing was sampled. */
    public static long maximumResidentBytes(UsageReport usage) {
        return usage.steps().stream()
                .mapToLong(StepUsage::maximumResidentBytes)
                .max()
                .orElse(-1);
    }

    /** Of the CPU time that was allocated, how much was used; -1 where it is not known. */
    public static double cpuShare(UsageReport usage) {
        Duration used = usage.cpuTime();
        double allocated = usage.elapsed().toMillis() / 1000.0 * usage.cpus();
        return used == null || allocated <= 0 ? -1 : used.toMillis() / 1000.0 / allocated;
    }

    private static void memory(UsageReport usage, List<String> advice) {
        long requested = requestedBytesPerNode(usage);
        long used = maximumResidentBytes(usage);
        if (requested <= 0 || used < 0) {
            return;
        }
        if (used > requested * NEARLY_ALL) {
            advice.add("mem: the largest client used " + size(used) + " of " + size(requested) + "; raise mem to "
                    + size(rounded(Math.round(used * HEADROOM))) + ", or it may be killed when memory runs out");
        } else if (used * HEADROOM < requested * WELL_USED) {
            advice.add("mem: the largest client used " + size(used) + " of " + size(requested) + "; mem="
                    + notation(rounded(Math.round(used * HEADROOM))) + " is enough");
        }
    }

    /** As asked for, {@code 8G}; versions before 21.08 add an {@code n} for "per node" or a {@code c} for "per CPU". */
    private static long requestedBytesPerNode(UsageReport usage) {
        String text = usage.requestedMemory();
        boolean perCpu = text.endsWith("c");
        String size = perCpu || text.endsWith("n") ? text.substring(0, text.length() - 1) : text;
        long bytes = SlurmText.bytes(size);
        if (bytes > 0 && perCpu && usage.nodeCount() > 0) {
            return bytes * usage.cpus() / usage.nodeCount();
        }
        return bytes;
    }

    private static void cpus(UsageReport usage, List<String> advice) {
        double share = cpuShare(usage);
        // What the servers of a heterogeneous job use says nothing about its clients.
        boolean mixed = usage.steps().stream().anyMatch(step -> step.step().startsWith("+"));
        int perNode = usage.nodeCount() == 0 || mixed ? 0 : usage.cpus() / usage.nodeCount();
        if (share < 0 || perNode <= 0 || usage.elapsed().compareTo(TOO_SHORT) < 0) {
            return;
        }
        double busy = share * perNode;
        if (share > NEARLY_ALL) {
            advice.add(String.format(
                    Locale.ROOT,
                    "cpus: on average %.1f of the %d CPUs of each client were busy, so clients may have limited the"
                            + " load; raise cpus_per_task to %d or use more clients",
                    busy,
                    perNode,
                    perNode * 2));
        } else if (perNode > 1 && busy * HEADROOM * 2 < perNode) {
            int enough = Math.max(1, (int) Math.ceil(busy * HEADROOM * 2));
            if (enough < perNode) {
                advice.add(String.format(
                        Locale.ROOT,
                        "cpus: on average %.2f of the %d CPUs of each client were busy; cpus_per_task=%d is enough at"
                                + " this load",
                        busy,
                        perNode,
                        enough));
            }
        }
    }

    private static void time(UsageReport usage, @Nullable Duration timeLimit, List<String> advice) {
        if (timeLimit == null || !usage.state().isTerminal() || usage.elapsed().compareTo(TOO_SHORT) < 0) {
            return;
        }
        if (usage.elapsed().multipliedBy(2).compareTo(timeLimit) < 0) {
            long minutes = Math.max(1, Math.round(Math.ceil(usage.elapsed().toSeconds() * HEADROOM / 60)));
            if (minutes < timeLimit.toMinutes()) {
                advice.add("time: it ended after " + duration(usage.elapsed()) + " of " + duration(timeLimit)
                        + "; --time-limit " + minutes + " is enough and lets Slurm start it sooner");
            }
        }
    }

    /** {@code 1 h 5 min}, {@code 40 s}. */
    public static String duration(Duration time) {
        if (time.toHours() > 0) {
            return time.toHours() + " h " + time.toMinutesPart() + " min";
        }
        return time.toMinutes() > 0
                ? time.toMinutes() + " min" + (time.toSecondsPart() == 0 ? "" : " " + time.toSecondsPart() + " s")
                : time.toSeconds() + " s";
    }

    /** Up to the next power of two of MiB: sizes that people write. */
    private static long rounded(long bytes) {
        long size = 256 * MEBIBYTE;
        while (size < bytes) {
            size *= 2;
        }
        return size;
    }

    /** For people. */
    public static String size(long bytes) {
        return bytes >= GIBIBYTE
                ? String.format(Locale.ROOT, "%.1f GiB", (double) bytes / GIBIBYTE)
                : Math.round((double) bytes / MEBIBYTE) + " MiB";
    }

    private static String notation(long bytes) {
        return bytes % GIBIBYTE == 0 ? bytes / GIBIBYTE + "G" : bytes / MEBIBYTE + "M";
    }
}
