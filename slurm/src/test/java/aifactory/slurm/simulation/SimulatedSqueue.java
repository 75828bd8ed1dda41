package aifactory.slurm.simulation;

import aifactory.slurm.command.Command;
import aifactory.slurm.command.CommandOutcome.Exited;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code squeue}, with {@code -o} formats. */
final class SimulatedSqueue {
    private final SimulatedCluster cluster;

    SimulatedSqueue(SimulatedCluster cluster) {
        this.cluster = cluster;
    }

    Exited run(Command command, SimulatedArguments arguments) {
        String name = arguments.get("name");
        String ids = arguments.get("jobs");
        boolean all = arguments.get("states", "").equals("all");
        String format = arguments.get("format", "%i");
        List<String> wanted = ids == null ? List.of() : List.of(ids.split(",", -1));
        if (wanted.size() == 1 && cluster.job(wanted.getFirst()).isEmpty()) {
            return new Exited(1, "", "slurm_load_jobs error: Invalid job id specified\n");
        }
        Instant now = cluster.clock.now();
        boolean epoch = "%s".equals(command.environment().get("SLURM_TIME_FORMAT"));
        StringBuilder output = new StringBuilder();
        for (SimulatedJob job : cluster.jobs()) {
            boolean matches = (name == null || job.name().equals(name))
                    && (wanted.isEmpty() || isAskedFor(wanted, job))
                    && (all || !job.isOver())
                    && !now.isBefore(job.visibleFrom);
            if (matches) {
                output.append(line(format, job, epoch)).append('\n');
            }
        }
        return new Exited(0, output.toString(), "");
    }

    /** By its id, or, for every component, by that of its first. */
    static boolean isAskedFor(List<String> ids, SimulatedJob job) {
        return ids.contains(Long.toString(job.id))
                || ids.contains(Long.toString(job.leader().id))
                || ids.contains(job.displayedId());
    }

    private String line(String format, SimulatedJob job, boolean epoch) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c == '%' && i + 1 < format.length()) {
                line.append(field(format.charAt(++i), job, epoch));
            } else {
                line.append(c);
            }
        }
        return line.toString();
    }

    private String field(char letter, SimulatedJob job, boolean epoch) {
        return switch (letter) {
            case 'A', 'F' -> Long.toString(job.id);
            case 'i' -> job.displayedId();
            case 'K' -> "N/A";
            case 'T' -> job.state.name();
            case 'r' -> job.reason;
            case 'S' -> time(job.startedAt == null ? job.endedAt : job.startedAt, epoch);
            case 'e' -> time(job.endedAt != null ? job.endedAt : expectedEnd(job), epoch);
            case 'V' -> time(job.submittedAt, epoch);
            case 'N' -> SimulatedText.hostList(job.nodes);
            case 'P' -> job.partition();
            case 'j' -> job.name();
            case 'u' -> cluster.configuration.user();
            case 'M' -> SimulatedText.shortTime(job.elapsed(cluster.clock.now()));
            case 'D' -> Integer.toString(job.nodeCount());
            case 'R' -> job.nodes.isEmpty() ? "(" + job.reason + ")" : SimulatedText.hostList(job.nodes);
            default -> throw new IllegalArgumentException("squeue's %" + letter + " is not simulated; add it");
        };
    }

    private static @Nullable Instant expectedEnd(SimulatedJob job) {
        return job.startedAt == null ? null : job.startedAt.plus(job.timeLimit());
    }

    private static String time(@Nullable Instant time, boolean epoch) {
        if (time == null) {
            return "N/A";
        }
        return epoch ? Long.toString(time.getEpochSecond()) : time.toString().substring(0, 19);
    }
}
