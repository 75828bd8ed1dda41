package aifactory.service.dispatch.local;

import aifactory.protocol.GroupUsage;
import aifactory.protocol.PlanView;
import aifactory.service.dispatch.JobStatus;
import aifactory.service.dispatch.JobUsage;
import aifactory.service.dispatch.PlanQuery;
import aifactory.service.dispatch.RecordedJob;
import aifactory.service.dispatch.StatesInsight;
import aifactory.slurm.command.SlurmText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Information about the jobs on this machine: their processes from {@code /proc}, and the machine's size. */
final class LocalInsight extends StatesInsight {
    private static final double MINUTES_PER_HOUR = 60;
    private static final long KIBIBYTE = 1024;

    private final LocalDispatcher dispatcher;

    LocalInsight(LocalDispatcher dispatcher) {
        super(dispatcher);
        this.dispatcher = dispatcher;
    }

    /** Unlike the dispatcher's own answer, this one keeps jobs whose end the supervisor has not yet processed. */
    @Override
    protected Map<String, JobStatus> states(Collection<String> jobIds) {
        Map<String, JobStatus> states = new HashMap<>();
        for (String jobId : jobIds) {
            dispatcher.job(jobId).ifPresent(job -> states.put(jobId, job.watch()));
        }
        return states;
    }

    @Override
    public boolean isOfThisDispatcher(String jobId) {
        return dispatcher.isOwn(jobId);
    }

    @Override
    public Optional<JobUsage> usage(RecordedJob recorded, Duration timeLimit) {
        Optional<RunningJob> found = dispatcher.job(recorded.jobId());
        if (found.isEmpty() || found.get().hasEnded()) {
            return Optional.empty();
        }
        RunningJob job = found.get();
        Duration elapsed = job.elapsed();
        int cores = Runtime.getRuntime().availableProcessors();
        List<GroupUsage.Step> steps = new ArrayList<>();
        long largest = -1;
        double cpuSeconds = 0;
        for (long pid : job.alivePids()) {
            long bytes = peakBytes(pid, "VmHWM:");
            long virtualBytes = peakBytes(pid, "VmPeak:");
            double used = ProcessHandle.of(pid)
                    .flatMap(process -> process.info().totalCpuDuration())
                    .map(time -> time.toMillis() / 1000.0)
                    .orElse(0.0);
            largest = Math.max(largest, bytes);
            cpuSeconds += used;
            steps.add(new GroupUsage.Step(
                    Long.toString(pid),
                    "aifactory client",
                    1,
                    bytes < 0 ? null : bytes,
                    "localhost",
                    used,
                    virtualBytes < 0 ? null : virtualBytes,
                    null));
        }
        double allocated = elapsed.toMillis() / 1000.0 * cores;
        return Optional.of(new JobUsage(
                "RUNNING",
                elapsed,
                elapsed.toSeconds(),
                1,
                cores,
                "",
                largest,
                allocated <= 0 ? -1 : cpuSeconds / allocated,
                steps,
                List.of("the clients share this machine with everything else on it"),
                List.of("ps -o pid,rss,cputime,args -p "
                        + String.join(
                                ",",
                                job.alivePids().stream().map(String::valueOf).toList()))));
    }

    /** A peak of a process's memory, see proc_pid_status(5); -1 if unknown. */
    private static long peakBytes(long pid, String field) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
                if (line.startsWith(field)) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) * KIBIBYTE;
                }
            }
        } catch (IOException | NumberFormatException e) {
            // It has ended meanwhile.
        }
        return -1;
    }

    @Override
    public PlanView plan(PlanQuery query) {
        long memory = SlurmText.bytes(query.mem());
        if (memory <= 0) {
            throw new IllegalArgumentException(
                    "mem '" + query.mem() + "' is no size: write a number with K, M, G or T, for instance 8G");
        }
        int cores = Runtime.getRuntime().availableProcessors();
        int cpus = query.numClients() * query.cpus();
        double hours = query.timeLimit().toMinutes() / MINUTES_PER_HOUR;
        List<String> obstacles = new ArrayList<>();
        if (query.numClients() > LocalDispatcher.MOST_CLIENTS) {
            obstacles.add("the local dispatcher starts at most " + LocalDispatcher.MOST_CLIENTS + " clients");
        }
        long fitting = AvailableMemory.ofThisMachine().getAsLong() / ClientsOnThisMachine.MEMORY_BYTES;
        if (query.numClients() > fitting) {
            obstacles.add("the free memory of this machine is enough for " + fitting + " clients");
        }
        String sharing = cpus <= cores
                ? query.numClients() + " clients fit: this machine has " + cores + " cores"
                : "the clients request " + cpus + " cores and share the " + cores
                        + " of this machine: they may disturb each other";
        return new PlanView(
                query.numClients(),
                query.cpus(),
                query.mem(),
                (int) query.timeLimit().toMinutes(),
                cpus,
                memory * query.numClients(),
                hours,
                cores * hours,
                null,
                obstacles.isEmpty(),
                obstacles.isEmpty() ? sharing : String.join("; ", obstacles),
                null,
                "client processes of the local dispatcher start at once",
                List.of(new PlanView.Offer(
                        "this machine", 1, 1, 1, null, List.of("1 x " + cores + " cores"), obstacles)),
                List.of("nproc", "free -h"));
    }
}
