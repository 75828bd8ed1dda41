package aifactory.slurm.job;

import aifactory.slurm.JobOptions;
import aifactory.slurm.command.SbatchArguments;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Builds the one kind of job that this system submits, in all its variants: for any profile, with or without GPU, with
 * the program installed, in a tarball or in a container, by its own script or by a site's template. Not thread-safe;
 * used once.
 */
public final class JobScriptBuilder {
    private static final int MAXIMUM_CLIENTS = 65_533;
    private static final Duration MAXIMUM_TIME_LIMIT = Duration.ofDays(365);

    private final long benchmarkId;
    private final String token;
    private final JobLogs logs;
    private Profile profile = Profiles.DEFAULTS;
    private int numClients = 1;
    private Duration timeLimit = Duration.ofMinutes(5);
    private String clientServiceAddress = "";
    private @Nullable String aiServerAddress = "";
    private int clientPort = 9000;
    private Launch launch = new Launch.Native("aifactory");
    private boolean gpuEnabled;
    private boolean requeue;
    private @Nullable String gpuMemoryFraction;
    private @Nullable Path workingDirectory;
    private @Nullable Path groupSecretFile;
    private @Nullable JobTemplate template;
    private boolean profileOverTemplate;
    private @Nullable List<String> stepOptions;
    private boolean heterogeneousAllocation;
    private SiteConventions conventions = SiteConventions.NONE;
    private @Nullable ServerStep servers;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<String> clientArguments = new ArrayList<>();

    private JobScriptBuilder(long benchmarkId, String token, JobLogs logs) {
        this.benchmarkId = benchmarkId;
        this.token = token;
        this.logs = logs;
    }

    /**
     * @param token from {@link JobToken}
     * @param logs reserved before, so that Slurm can write there
     */
    public static JobScriptBuilder forBenchmark(long benchmarkId, String token, JobLogs logs) {
        return new JobScriptBuilder(benchmarkId, token, logs);
    }

    public JobScriptBuilder profile(Profile effective) {
        profile = effective;
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
        numClients = count;
        return this;
    }

    /** Whole minutes, and exactly the job's limit. */
    public JobScriptBuilder timeLimit(Duration limit) {
        timeLimit = limit;
        return this;
    }

    public JobScriptBuilder clientServiceAddress(String address) {
        clientServiceAddress = address;
        return this;
    }

    /** Null if the clients receive it with each run only. */
    public JobScriptBuilder aiServerAddress(@Nullable String address) {
        aiServerAddress = address;
        return this;
    }

    /** AI servers in addition to the clients, on separate nodes; null for none. */
    public JobScriptBuilder servers(@Nullable ServerStep step) {
        servers = step;
        return this;
    }

    public JobScriptBuilder clientPort(int port) {
        clientPort = port;
        return this;
    }

    public JobScriptBuilder launch(Launch how) {
        launch = how;
        return this;
    }

    /** The clients sample the GPUs of their nodes; the job's name says so. */
    public JobScriptBuilder gpuEnabled(boolean enabled) {
        gpuEnabled = enabled;
        return this;
    }

    /** Handed on to what uses it; null for no such variable. */
    public JobScriptBuilder gpuMemoryFraction(@Nullable String fraction) {
        gpuMemoryFraction = fraction;
        return this;
    }

    /** Where the job starts; the directory of its logs unless said otherwise. */
    public JobScriptBuilder workingDirectory(Path directory) {
        workingDirectory = directory;
        return this;
    }

    /** A file that only the user can read; its path, never its content, goes into the job. */
    public JobScriptBuilder groupSecretFile(Path file) {
        groupSecretFile = file;
        return this;
    }

    /** Whether Slurm may start the job again from the beginning, after a node failed for instance. */
    public JobScriptBuilder requeue(boolean allowed) {
        requeue = allowed;
        return this;
    }

    /**
     * Makes the script one that is run in an allocation that exists, instead of one that {@code sbatch} is handed.
     *
     * @param options of {@code srun}, which say where the step runs
     */
    public JobScriptBuilder step(List<String> options) {
        stepOptions = List.copyOf(options);
        return this;
    }

    public JobScriptBuilder conventions(SiteConventions ofSite) {
        conventions = ofSite;
        return this;
    }

    /** The allocation of the step has components: clients run in its first, servers in its second. */
    public JobScriptBuilder heterogeneousAllocation() {
        heterogeneousAllocation = true;
        return this;
    }

    /** A variable of the job and of its clients; no secret. */
    public JobScriptBuilder environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Further arguments of {@code aifactory client}. */
    public JobScriptBuilder clientArguments(List<String> arguments) {
        clientArguments.addAll(arguments);
        return this;
    }

    /**
     * A site's own script instead of the built-in one.
     *
     * @param profileWins whether the request names a profile, whose sizes then win over those of the template
     */
    public JobScriptBuilder template(JobTemplate ofSite, boolean profileWins) {
        template = ofSite;
        profileOverTemplate = profileWins;
        return this;
    }

    /** @throws InvalidJobException names the value at fault and the remedy */
    public JobScript build() throws InvalidJobException {
        check();
        JobOptions options = options();
        Profile ofServers = componentOfServers();
        List<JobOptions> further = ofServers == null ? List.of() : List.of(serverOptions(options, ofServers));
        String text = template == null
                ? ownText(options, further)
                : LaunchPreparation.insert(preparation(), template.fill(templateValues(options)));
        return new JobScript(options, further, text);
    }

    private void check() throws InvalidJobException {
        profile.validate();
        if (benchmarkId < 0) {
            throw new InvalidJobException("benchmark_id", "benchmark_id is " + benchmarkId + ": expected 0 or more");
        }
        if (!token.matches("[a-z0-9]{8,32}")) {
            throw new InvalidJobException(
                    "token", "the token '" + token + "' is not one of 8 to 32 small letters and digits");
        }
        if (numClients < (servers == null ? 1 : 0) || nodes() > MAXIMUM_CLIENTS) {
            throw new InvalidJobException(
                    "num_clients", "num_clients is " + numClients + ": expected 1 to " + MAXIMUM_CLIENTS);
        }
        boolean wholeMinutes = timeLimit.equals(Duration.ofMinutes(timeLimit.toMinutes()));
        if (!wholeMinutes || timeLimit.toMinutes() < 1 || timeLimit.compareTo(MAXIMUM_TIME_LIMIT) > 0) {
            throw new InvalidJobException(
                    "time_limit",
                    "time_limit is " + timeLimit.toSeconds() / 60.0 + " minutes: expected whole minutes, 1 to "
                            + MAXIMUM_TIME_LIMIT.toMinutes());
        }
        if (clientPort < 1 || clientPort > 65_535) {
            throw new InvalidJobException("port", "port is " + clientPort + ": expected 1 to 65535");
        }
        if (clientServiceAddress.isEmpty() || (aiServerAddress != null && aiServerAddress.isEmpty())) {
            String field = clientServiceAddress.isEmpty() ? "client_service_addr" : "ai_server_addr";
            throw new InvalidJobException(field, field + " is empty: the clients would have no service address");
        }
        if (gpuMemoryFraction != null && !gpuMemoryFraction.matches("0(\\.[0-9]{1,6})?|1(\\.0{1,6})?")) {
            throw new InvalidJobException(
                    "GPU_MEMORY_FRACTION",
                    "GPU_MEMORY_FRACTION is '" + gpuMemoryFraction + "': expected 0 to 1, for instance 0.8");
        }
    }

    private int nodes() {
        return numClients + (servers == null ? 0 : servers.nodes());
    }

    /**
     * Null where all nodes of the job are alike: without clients there is nothing to set the servers' nodes apart from.
     */
    private @Nullable Profile componentOfServers() {
        return servers == null || numClients == 0 || stepOptions != null ? null : servers.component();
    }

    /** The second component: what concerns the job as a whole is that of the first. */
    private JobOptions serverOptions(JobOptions first, Profile ofServers) throws InvalidJobException {
        ofServers.validate();
        ServerStep step = Objects.requireNonNull(servers, "a component of servers has servers");
        JobOptions options = new JobOptions(
                nameOfServers(first.name()),
                first.output(),
                first.error(),
                first.workingDirectory(),
                step.nodes(),
                step.processesPerNode(),
                perProcess(ofServers.cpusPerTask(), step),
                ofServers.mem(),
                first.timeLimit(),
                ofServers.partition(),
                ofServers.qos(),
                ofServers.account(),
                ofServers.gres(),
                ofServers.constraint(),
                Boolean.TRUE.equals(ofServers.exclusive()),
                ofServers.reservation(),
                ofServers.nodelist(),
                first.signalLead(),
                null,
                first.requeue(),
                ofServers.extraOptions());
        return conventions.applied(options);
    }

    private static @Nullable Integer perProcess(@Nullable Integer cpus, ServerStep step) {
        return cpus == null ? null : Math.max(1, cpus / step.processesPerNode());
    }

    private JobOptions options() throws InvalidJobException {
        boolean sizes = template == null || profileOverTemplate;
        JobOptions options = new JobOptions(
                jobName(gpuEnabled, benchmarkId, token),
                JobText.path("log_dir", logs.output()),
                JobText.path("log_dir", logs.error()),
                JobText.path("directory", directory()),
                componentOfServers() == null ? nodes() : numClients,
                1,
                sizes ? profile.cpusPerTask() : null,
                sizes ? profile.mem() : null,
                timeLimit,
                profile.partition(),
                profile.qos(),
                profile.account(),
                sizes ? profile.gres() : null,
                sizes ? profile.constraint() : null,
                sizes && Boolean.TRUE.equals(profile.exclusive()),
                profile.reservation(),
                profile.nodelist(),
                signalLead(timeLimit),
                // Should an earlier submission of this name have got through after all, this one waits until it is
                // found and cancelled.
                "singleton",
                requeue,
                sizes ? profile.extraOptions() : List.of());
        return conventions.applied(options);
    }

    private Path directory() {
        if (workingDirectory != null) {
            return workingDirectory;
        }
        Path parent = logs.output().getParent();
        return parent == null ? logs.output() : parent;
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

    private String ownText(JobOptions options, List<JobOptions> further) throws InvalidJobException {
        StringBuilder text = new StringBuilder("#!/bin/bash\n");
        directives(options, text);
        for (JobOptions component : further) {
            text.append("#SBATCH hetjob\n");
            directives(component, text);
        }
        text.append("\n# Benchmark ")
                .append(benchmarkId)
                .append(
                        servers == null
                                ? ": one client process on each node.\n"
                                : ": " + numClients + " client processes, one per node, and AI servers on "
                                        + servers.nodes() + " nodes"
                                        + (further.isEmpty() ? " after theirs.\n" : " of the second component.\n"));
        if (gpuEnabled || profile.hasGpu()) {
            text.append(
                    "# CUDA_VISIBLE_DEVICES is Slurm's to set, for each task; it is inherited and not touched here.\n");
        }
        text.append(preparation()).append('\n');
        return text.append(launchText()).append('\n').toString();
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

    private Map<String, String> variables() throws InvalidJobException {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("CLIENT_SERVICE_ADDR", JobText.printable("client_service_addr", clientServiceAddress));
        if (aiServerAddress != null) {
            variables.put("AI_SERVER_ADDR", JobText.printable("ai_server_addr", aiServerAddress));
        }
        variables.put("BENCHMARK_ID", Long.toString(benchmarkId));
        if (gpuMemoryFraction != null) {
            variables.put("GPU_MEMORY_FRACTION", gpuMemoryFraction);
        }
        if (groupSecretFile != null) {
            variables.put(
                    "AIFACTORY_GROUP_SECRET_FILE",
                    JobText.path("secret_file", groupSecretFile).toString());
        }
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            String name = JobText.variable(variable.getKey());
            if (name.startsWith("SLURM_") || name.startsWith("SBATCH_") || name.equals("CUDA_VISIBLE_DEVICES")) {
                throw new InvalidJobException(
                        "environment",
                        "the variable " + name + " is Slurm's: remove it from what is set for the clients");
            }
            variables.put(name, JobText.printable(name, variable.getValue()));
        }
        return variables;
    }

    /** What must hold before any client starts. */
    private String preparation() throws InvalidJobException {
        String exports = LaunchPreparation.exports(variables()) + conventions.moduleLines();
        return switch (launch) {
            case Launch.Native _ -> exports;
            case Launch.Tarball tarball ->
                exports
                        + LaunchPreparation.checksum(tarball.tarball(), tarball.sha256())
                        + LocalCopy.command(tarball.tarball(), LocalCopy.of(launch, token));
            case Launch.Container container ->
                exports
                        + LaunchPreparation.CACHE_DIRECTORY
                        + LaunchPreparation.checksum(container.image(), container.sha256())
                        + LocalCopy.command(container.image(), LocalCopy.of(launch, token));
            case Launch.Pyxis pyxis -> exports + LaunchPreparation.checksum(pyxis);
        };
    }

    private String launchText() throws InvalidJobException {
        ServerStep beside = servers;
        Integer cpus = template == null || profileOverTemplate ? profile.cpusPerTask() : null;
        Profile ofServers = componentOfServers();
        boolean grouped = ofServers != null || (heterogeneousAllocation && beside != null && numClients > 0);
        List<LaunchCommand.Word> clients = numClients == 0
                ? null
                : step(
                        LaunchCommand.words(
                                launch,
                                cpus,
                                arguments(),
                                variables().keySet(),
                                directory(),
                                groupSecretFile,
                                LocalCopy.of(launch, token)),
                        beside == null && stepOptions == null
                                ? List.of()
                                : placed(
                                        grouped ? "--het-group=0" : beside == null ? null : "--relative=0",
                                        numClients,
                                        1));
        List<LaunchCommand.Word> serving = beside == null
                ? null
                : step(
                        LaunchCommand.words(
                                beside.launch(),
                                perProcess(ofServers == null ? cpus : ofServers.cpusPerTask(), beside),
                                serverArguments(beside),
                                variables().keySet(),
                                directory(),
                                groupSecretFile,
                                null),
                        placed(
                                grouped ? "--het-group=1" : "--relative=" + numClients,
                                beside.nodes(),
                                beside.processesPerNode()));
        return JobSteps.text(clients, serving, beside == null ? 0 : beside.endSeconds(), stepOptions != null);
    }

    /**
     * Options of {@code srun} that keep a step to its nodes.
     *
     * @param where the first node, or the component; null for whichever nodes Slurm takes
     */
    private static List<String> placed(@Nullable String where, int nodes, int processesPerNode) {
        List<String> options = new ArrayList<>();
        if (where != null) {
            options.add(where);
        }
        options.add("--nodes=" + nodes);
        options.add("--ntasks=" + nodes * processesPerNode);
        options.add("--ntasks-per-node=" + processesPerNode);
        return options;
    }

    private List<LaunchCommand.Word> step(List<LaunchCommand.Word> words, List<String> place)
            throws InvalidJobException {
        List<String> options = new ArrayList<>(stepOptions == null ? List.of() : stepOptions);
        options.addAll(place);
        for (int option = 0; option < options.size(); option++) {
            words.add(option + 1, LaunchCommand.Word.of(JobText.printable("srun", options.get(option))));
        }
        return words;
    }

    private List<String> serverArguments(ServerStep beside) throws InvalidJobException {
        return List.of(
                "server",
                "--client-service-addr",
                clientServiceAddress,
                "--benchmark-id",
                Long.toString(benchmarkId),
                "--log-directory",
                JobText.path("log_dir", beside.logDirectory()).toString());
    }

    private List<String> arguments() throws InvalidJobException {
        List<String> arguments = new ArrayList<>(List.of("client", "--client-service-addr", clientServiceAddress));
        if (aiServerAddress != null) {
            arguments.addAll(List.of("--ai-server-addr", aiServerAddress));
        }
        arguments.addAll(List.of("--benchmark-id", Long.toString(benchmarkId), "--port", Integer.toString(clientPort)));
        if (gpuEnabled) {
            arguments.add("--gpu-enabled");
        }
        for (String argument : clientArguments) {
            arguments.add(JobText.printable("client_arguments", argument));
        }
        return arguments;
    }

    private Map<String, String> templateValues(JobOptions options) throws InvalidJobException {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("benchmark_id", Long.toString(benchmarkId));
        Path logDirectory = options.output().getParent();
        values.put("log_dir", logDirectory == null ? "/" : logDirectory.toString());
        values.put("num_clients", Integer.toString(numClients));
        values.put("time_limit", Long.toString(timeLimit.toMinutes()));
        if (options.partition() != null) {
            values.put("partition", options.partition());
        }
        values.put("qos_line", options.qos() == null ? "" : "#SBATCH --qos=" + Quoting.directive(options.qos()));
        values.put(
                "account_line",
                options.account() == null ? "" : "#SBATCH --account=" + Quoting.directive(options.account()));
        values.put("client_service_addr", clientServiceAddress);
        values.put("ai_server_addr", aiServerAddress == null ? "" : aiServerAddress);
        values.put("launch_command", launchText());
        return values;
    }
}
