package aifactory.slurm.job;

import aifactory.slurm.JobOptions;
import aifactory.slurm.command.SbatchArguments;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds the one kind of job that this system submits, in all its variants: for any profile, with or without GPU, with
 * the program installed, in a tarball or in a container, by its own script or by a site's template. Not thread-safe;
 * used once.
 */
public final class JobScriptBuilder {
    private final JobSettings job;

    private JobScriptBuilder(JobSettings job) {
        this.job = job;
    }

    /**
     * @param token from {@link JobToken}
     * @param logs reserved before, so that Slurm can write there
     */
    public static JobScriptBuilder forBenchmark(long benchmarkId, String token, JobLogs logs) {
        return new JobScriptBuilder(new JobSettings(benchmarkId, token, logs));
    }

    public JobScriptBuilder profile(Profile effective) {
        job.profile = effective;
        return this;
    }

    /** The whole name of a job. */
    public static String jobName(boolean gpuEnabled, long benchmarkId, String token) {
        return (gpuEnabled ? "benchmark-gpu-" : "benchmark-client-") + benchmarkId + "-" + token;
    }

    /**
     * The name of the component of the servers. In 22.05 the components take over each other's dependency: as
     * singletons of one name they would wait for each other.
     *
     * @param jobName the whole name of the job
     */
    public static String nameOfServers(String jobName) {
        return jobName + "-servers";
    }

    /** One client process per node; 0 only for a job of servers alone. */
    public JobScriptBuilder numClients(int count) {
        job.numClients = count;
        return this;
    }

    /** Whole minutes, and exactly the job's limit. */
    public JobScriptBuilder timeLimit(Duration limit) {
        job.timeLimit = limit;
        return this;
    }

    public JobScriptBuilder clientServiceAddress(String address) {
        job.clientServiceAddress = address;
        return this;
    }

    /** Null if the clients receive it with each run only. */
    public JobScriptBuilder aiServerAddress(@Nullable String address) {
        job.aiServerAddress = address;
        return this;
    }

    /** AI servers in addition to the clients, on separate nodes; null for none. */
    public JobScriptBuilder servers(@Nullable ServerStep step) {
        job.servers = step;
        return this;
    }

    public JobScriptBuilder clientPort(int port) {
        job.clientPort = port;
        return this;
    }

    public JobScriptBuilder launch(Launch how) {
        job.launch = how;
        return this;
    }

    /** The clients sample the GPUs of their nodes; the job's name says so. */
    public JobScriptBuilder gpuEnabled(boolean enabled) {
        job.gpuEnabled = enabled;
        return this;
    }

    /** Handed on to what uses it; null for no such variable. */
    public JobScriptBuilder gpuMemoryFraction(@Nullable String fraction) {
        job.gpuMemoryFraction = fraction;
        return this;
    }

    /** Where the job starts; the directory of its logs unless said otherwise. */
    public JobScriptBuilder workingDirectory(Path directory) {
        job.workingDirectory = directory;
        return this;
    }

    /** A file that only the user can read; its path, never its content, goes into the job. */
    public JobScriptBuilder groupSecretFile(Path file) {
        job.groupSecretFile = file;
        return this;
    }

    /** Whether Slurm may start the job again from the beginning, after a node failed for instance. */
    public JobScriptBuilder requeue(boolean allowed) {
        job.requeue = allowed;
        return this;
    }

    /**
     * Makes the script one that is run in an allocation that exists, instead of one that {@code sbatch} is handed.
     *
     * @param options of {@code srun}, which say where the step runs
     */
    public JobScriptBuilder step(List<String> options) {
        job.stepOptions = List.copyOf(options);
        return this;
    }

    public JobScriptBuilder conventions(SiteConventions ofSite) {
        job.conventions = ofSite;
        return this;
    }

    /** The allocation of the step has components: clients run in its first, servers in its second. */
    public JobScriptBuilder heterogeneousAllocation() {
        job.heterogeneousAllocation = true;
        return this;
    }

    /** A variable of the job and of its clients; no secret. */
    public JobScriptBuilder environment(String name, String value) {
        job.environment.put(name, value);
        return this;
    }

    /** Further arguments of {@code aifactory client}. */
    public JobScriptBuilder clientArguments(List<String> arguments) {
        job.clientArguments.addAll(arguments);
        return this;
    }

    /**
     * A site's own script instead of the built-in one.
     *
     * @param profileWins whether the request names a profile, whose sizes then win over those of the template
     */
    public JobScriptBuilder template(JobTemplate ofSite, boolean profileWins) {
        job.template = ofSite;
        job.profileOverTemplate = profileWins;
        return this;
    }

    /** @throws InvalidJobException names the value at fault and the remedy */
    public JobScript build() throws InvalidJobException {
        job.check();
        JobComponents components = new JobComponents(job);
        LaunchText launchText = new LaunchText(job);
        JobOptions options = components.first();
        Profile ofServers = job.componentOfServers();
        List<JobOptions> further = ofServers == null ? List.of() : List.of(components.ofServers(options, ofServers));
        JobTemplate template = job.template;
        String text = template == null
                ? ownText(options, further, launchText)
                : LaunchPreparation.insert(launchText.preparation(), template.fill(launchText.templateValues(options)));
        return new JobScript(options, further, text);
    }

    /**
     * How long before the limit the clients receive the signal to stop. Slurm may send it up to 60 s earlier than
     * requested, so a short job requests less, and the shortest rely on {@code KillWait} alone.
     */
    public static @Nullable Duration signalLead(Duration timeLimit) {
        if (timeLimit.compareTo(Duration.ofMinutes(5)) >= 0) {
            return Duration.ofSeconds(90);
        }
        return timeLimit.compareTo(Duration.ofMinutes(2)) >= 0 ? Duration.ofSeconds(30) : null;
    }

    /** What a run can count on: the limit less the lead of the signal less the 60 s by which Slurm may be early. */
    public static Duration usableTime(Duration timeLimit) {
        Duration lead = signalLead(timeLimit);
        return lead == null ? timeLimit : timeLimit.minus(lead).minusSeconds(60);
    }

    private String ownText(JobOptions options, List<JobOptions> further, LaunchText launchText)
            throws InvalidJobException {
        StringBuilder text = new StringBuilder("#!/bin/bash\n");
        directives(options, text);
        for (JobOptions component : further) {
            text.append("#SBATCH hetjob\n");
            directives(component, text);
        }
        text.append("\n# Benchmark ")
                .append(job.benchmarkId)
                .append(
                        job.servers == null
                                ? ": one client process on each node.\n"
                                : ": " + job.numClients + " client processes, one per node, and AI servers on "
                                        + job.servers.nodes() + " nodes"
                                        + (further.isEmpty() ? " after theirs.\n" : " of the second component.\n"));
        if (job.gpuEnabled || job.profile.hasGpu()) {
            text.append(
                    "# CUDA_VISIBLE_DEVICES is Slurm's to set, for each task; it is inherited and not touched here.\n");
        }
        text.append(launchText.preparation()).append('\n');
        return text.append(launchText.launch()).append('\n').toString();
    }

    private static void directives(JobOptions options, StringBuilder text) throws InvalidJobException {
        for (JobOptions.Option option : SbatchArguments.options(options)) {
            text.append("#SBATCH --").append(option.name());
            if (option.value() != null) {
                text.append('=').append(Quoting.directive(JobText.printable(option.name(), option.value())));
            }
            text.append('\n');
        }
    }
}
