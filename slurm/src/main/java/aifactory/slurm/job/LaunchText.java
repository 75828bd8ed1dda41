package aifactory.slurm.job;

import aifactory.slurm.JobOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The part of a batch script that prepares and starts the clients and servers of a job. */
final class LaunchText {
    private final JobSettings job;

    LaunchText(JobSettings job) {
        this.job = job;
    }

    /** What must hold before any client starts. */
    String preparation() throws InvalidJobException {
        String exports = LaunchPreparation.exports(variables()) + job.conventions.moduleLines();
        return switch (job.launch) {
            case Launch.Native _ -> exports;
            case Launch.Tarball tarball ->
                exports
                        + LaunchPreparation.checksum(tarball.tarball(), tarball.sha256())
                        + LocalCopy.command(tarball.tarball(), LocalCopy.of(job.launch, job.token));
            case Launch.Container container ->
                exports
                        + LaunchPreparation.CACHE_DIRECTORY
                        + LaunchPreparation.checksum(container.image(), container.sha256())
                        + LocalCopy.command(container.image(), LocalCopy.of(job.launch, job.token));
            case Launch.Pyxis pyxis -> exports + LaunchPreparation.checksum(pyxis);
        };
    }

    /** Starts the clients, the servers, or both. */
    String launch() throws InvalidJobException {
        ServerStep beside = job.servers;
        Integer cpus = job.hasSizesOfProfile() ? job.profile.cpusPerTask() : null;
        Profile ofServers = job.componentOfServers();
        boolean grouped = ofServers != null || (job.heterogeneousAllocation && beside != null && job.numClients > 0);
        List<LaunchCommand.Word> clients = job.numClients == 0
                ? null
                : step(
                        LaunchCommand.words(
                                job.launch,
                                cpus,
                                arguments(),
                                variables().keySet(),
                                job.directory(),
                                job.groupSecretFile,
                                LocalCopy.of(job.launch, job.token)),
                        beside == null && job.stepOptions == null
                                ? List.of()
                                : placed(
                                        grouped ? "--het-group=0" : beside == null ? null : "--relative=0",
                                        job.numClients,
                                        1));
        List<LaunchCommand.Word> serving = beside == null
                ? null
                : step(
                        LaunchCommand.words(
                                beside.launch(),
                                beside.cpusPerProcess(ofServers == null ? cpus : ofServers.cpusPerTask()),
                                serverArguments(beside),
                                variables().keySet(),
                                job.directory(),
                                job.groupSecretFile,
                                null),
                        placed(
                                grouped ? "--het-group=1" : "--relative=" + job.numClients,
                                beside.nodes(),
                                beside.processesPerNode()));
        return JobSteps.text(clients, serving, beside == null ? 0 : beside.endSeconds(), job.stepOptions != null);
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
        List<String> options = new ArrayList<>(job.stepOptions == null ? List.of() : job.stepOptions);
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
                job.clientServiceAddress,
                "--benchmark-id",
                Long.toString(job.benchmarkId),
                "--log-directory",
                JobText.path("log_dir", beside.logDirectory()).toString());
    }

    private List<String> arguments() throws InvalidJobException {
        List<String> arguments = new ArrayList<>(List.of("client", "--client-service-addr", job.clientServiceAddress));
        if (job.aiServerAddress != null) {
            arguments.addAll(List.of("--ai-server-addr", job.aiServerAddress));
        }
        arguments.addAll(
                List.of("--benchmark-id", Long.toString(job.benchmarkId), "--port", Integer.toString(job.clientPort)));
        if (job.gpuEnabled) {
            arguments.add("--gpu-enabled");
        }
        for (String argument : job.clientArguments) {
            arguments.add(JobText.printable("client_arguments", argument));
        }
        return arguments;
    }

    /** The values that a site's template can name. */
    Map<String, String> templateValues(JobOptions options) throws InvalidJobException {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("benchmark_id", Long.toString(job.benchmarkId));
        Path logDirectory = options.output().getParent();
        values.put("log_dir", logDirectory == null ? "/" : logDirectory.toString());
        values.put("num_clients", Integer.toString(job.numClients));
        values.put("time_limit", Long.toString(job.timeLimit.toMinutes()));
        if (options.partition() != null) {
            values.put("partition", options.partition());
        }
        values.put("qos_line", options.qos() == null ? "" : "#SBATCH --qos=" + Quoting.directive(options.qos()));
        values.put(
                "account_line",
                options.account() == null ? "" : "#SBATCH --account=" + Quoting.directive(options.account()));
        values.put("client_service_addr", job.clientServiceAddress);
        values.put("ai_server_addr", job.aiServerAddress == null ? "" : job.aiServerAddress);
        values.put("launch_command", launch());
        return values;
    }

    private Map<String, String> variables() throws InvalidJobException {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("CLIENT_SERVICE_ADDR", JobText.printable("client_service_addr", job.clientServiceAddress));
        if (job.aiServerAddress != null) {
            variables.put("AI_SERVER_ADDR", JobText.printable("ai_server_addr", job.aiServerAddress));
        }
        variables.put("BENCHMARK_ID", Long.toString(job.benchmarkId));
        if (job.gpuMemoryFraction != null) {
            variables.put("GPU_MEMORY_FRACTION", job.gpuMemoryFraction);
        }
        if (job.groupSecretFile != null) {
            variables.put(
                    "AIFACTORY_GROUP_SECRET_FILE",
                    JobText.path("secret_file", job.groupSecretFile).toString());
        }
        for (Map.Entry<String, String> variable : job.environment.entrySet()) {
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
}
