package aifactory.slurm.simulation;

import aifactory.slurm.JobState;
import aifactory.slurm.command.CommandOutcome.Exited;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** {@code sstat -a -n -P}. */
final class SimulatedSstat {
    private final SimulatedCluster cluster;

    SimulatedSstat(SimulatedCluster cluster) {
        this.cluster = cluster;
    }

    Exited run(SimulatedArguments arguments) {
        String id = arguments.get("jobs", "");
        List<SimulatedJob> jobs = Stream.of(id.split(",", -1))
                .flatMap(one -> cluster.job(one).stream())
                .filter(job -> job.state == JobState.RUNNING)
                .toList();
        if (jobs.isEmpty()) {
            String named = cluster.configuration.release() >= 2305 ? "JobId=" + id : "job " + id;
            return new Exited(0, "", "sstat: error: couldn't get steps for " + named + "\n");
        }
        StringBuilder output = new StringBuilder();
        for (SimulatedJob job : jobs) {
            for (String step : job.isLeader() ? List.of("batch", "0") : List.of("0")) {
                for (String field : arguments.get("format", "").split(",", -1)) {
                    output.append(output.isEmpty() || output.charAt(output.length() - 1) == '\n' ? "" : "|");
                    output.append(value(field, job, step));
                }
                output.append('\n');
            }
        }
        return new Exited(0, output.toString(), "");
    }

    private String value(String field, SimulatedJob job, String step) {
        return switch (field) {
            case "JobID" -> job.id + "." + step;
            case "MaxRSS", "AveRSS" -> SimulatedSacct.bytes(step) / 1024 + "K";
            case "MaxRSSNode" -> job.nodes.getFirst();
            case "AveCPU" -> SimulatedText.longTime(cpuTime(job, step));
            case "MaxVMSize" -> SimulatedSacct.virtualBytes(step) / 1024 + "K";
            case "AvePages" -> Integer.toString(SimulatedSacct.PAGE_FAULTS);
            case "NTasks" -> step.equals("batch") ? "1" : Integer.toString(job.nodes.size());
            default -> throw new IllegalArgumentException("sstat's " + field + " is not simulated; add it");
        };
    }

    private Duration cpuTime(SimulatedJob job, String step) {
        return step.equals("batch")
                ? Duration.ZERO
                : job.elapsed(cluster.clock.now()).dividedBy(10);
    }
}
