package aifactory.slurm.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.slurm.JobOptions;
import aifactory.slurm.command.SbatchArguments;
import aifactory.slurm.command.SlurmCommands;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobScriptBuilderTest {
    private static final JobLogs LOGS = new JobLogs(
            Path.of("/shared/logs/client_dispatcher_123.out"), Path.of("/shared/logs/client_dispatcher_123.err"));

    private static JobScriptBuilder builder() {
        return JobScriptBuilder.forBenchmark(123, "k3j9x7abcdef", LOGS)
                .numClients(5)
                .timeLimit(Duration.ofMinutes(10))
                .clientServiceAddress("http://login-node-01:8001")
                .aiServerAddress("http://ai-server:8000");
    }

    @Test
    void theBaseJobIsTheSeedsWithAToken() throws Exception {
        JobScript script = builder()
                .profile(Profiles.DEFAULTS.overriddenBy(Profile.ofPlace("gpu", "normal", "ai-factory")))
                .build();

        assertThat(script.text()).isEqualTo("""
                        #!/bin/bash
                        #SBATCH --job-name=benchmark-client-123-k3j9x7abcdef
                        #SBATCH --output=/shared/logs/client_dispatcher_123.out
                        #SBATCH --error=/shared/logs/client_dispatcher_123.err
                        #SBATCH --chdir=/shared/logs
                        #SBATCH --nodes=5
                        #SBATCH --ntasks-per-node=1
                        #SBATCH --cpus-per-task=4
                        #SBATCH --mem=8G
                        #SBATCH --time=0-00:10:00
                        #SBATCH --partition=gpu
                        #SBATCH --qos=normal
                        #SBATCH --account=ai-factory
                        #SBATCH --signal=TERM@90
                        #SBATCH --dependency=singleton
                        #SBATCH --no-kill
                        #SBATCH --no-requeue

                        # Benchmark 123: one client process on each node.
                        export CLIENT_SERVICE_ADDR=http://login-node-01:8001
                        export AI_SERVER_ADDR=http://ai-server:8000
                        export BENCHMARK_ID=123

                        srun --kill-on-bad-exit=0 --no-kill --wait=0 --cpus-per-task=4 aifactory client \
                        --client-service-addr http://login-node-01:8001 --ai-server-addr http://ai-server:8000 \
                        --benchmark-id 123 --port 9000
                        """);
    }

    @Test
    void serversWithAProfileAreTheSecondComponentOfTheJob() throws Exception {
        Profile gpu = Profiles.DEFAULTS.overriddenBy(Profiles.builtIn().get("gpu"));
        JobScript script = builder()
                .profile(Profiles.DEFAULTS.overriddenBy(Profile.ofPlace("cpu", null, "ai-factory")))
                .aiServerAddress(null)
                .servers(new ServerStep(2, 4, new Launch.Native("/shared/aifactory"), 45, Path.of("/logs"), gpu))
                .build();

        List<List<JobOptions.Option>> components = SbatchDirectives.components(script.text());
        assertThat(components)
                .containsExactly(
                        SbatchArguments.options(script.options()),
                        SbatchArguments.options(script.furtherComponents().getFirst()));
        assertThat(SbatchArguments.of(script.options()))
                .contains("--nodes=5", "--partition=cpu", "--cpus-per-task=4", "--mem=8G", "--dependency=singleton")
                .doesNotContain("--gres=gpu:1");
        // Of one name, the components of 22.05 would wait for each other as singletons.
        assertThat(SbatchArguments.of(script.furtherComponents().getFirst()))
                .contains("--nodes=2", "--ntasks-per-node=4", "--cpus-per-task=2", "--mem=32G", "--gres=gpu:1")
                .contains("--job-name=benchmark-client-123-k3j9x7abcdef-servers")
                .contains("--partition=gpu", "--time=0-00:10:00", "--signal=TERM@90", "--no-kill")
                .doesNotContain("--dependency=singleton");
        assertThat(SlurmCommands.submit(script.submission())).containsExactly("sbatch", "--parsable", "--export=ALL");
        assertThat(script.text())
                .contains("srun --het-group=1 --nodes=2 --ntasks=8 --ntasks-per-node=4 --kill-on-bad-exit=0")
                .contains("--cpus-per-task=2 /shared/aifactory server")
                .contains("srun --het-group=0 --nodes=5 --ntasks=5 --ntasks-per-node=1 --kill-on-bad-exit=0")
                .doesNotContain("--relative");
    }

    @Test
    void aTemplateThatBeginsAComponentIsRefused() {
        for (String word : List.of("hetjob", "packjob", " hetjob ")) {
            assertThatThrownBy(() -> JobTemplate.of(
                            "mine",
                            "#!/bin/sh\n#SBATCH --nodes=1\n#SBATCH " + word + "\nsrun true\n{launch_command}\n"))
                    .hasMessageContaining("begins a second component")
                    .hasMessageContaining("server.profile");
        }
    }

    @Test
    void aTemplateStartsOneStepAndNotOneWithinAnother() throws Exception {
        for (String line : List.of(
                "srun {launch_command}",
                "exec srun -n 2 {launch_command}",
                "time srun --mpi=none \\\n  {launch_command}")) {
            assertThatThrownBy(() -> JobTemplate.of("mine", "#!/bin/sh\n#SBATCH --nodes=1\n" + line + "\n"))
                    .hasMessageContaining("srun before {launch_command}");
        }
        for (String line : List.of("srun hostname; {launch_command}", "# srun {launch_command}\n{launch_command}")) {
            assertThat(JobTemplate.of("mine", "#!/bin/sh\n" + line + "\n").name())
                    .isEqualTo("mine");
        }
    }

    @Test
    void serversRunOnNodesOfTheirOwnBesideTheClientsAndEndAfterThem() throws Exception {
        JobScript script = builder()
                .aiServerAddress(null)
                .servers(new ServerStep(2, 4, new Launch.Native("/shared/aifactory"), 45, Path.of("/logs")))
                .build();

        assertThat(SbatchArguments.of(script.options())).contains("--nodes=7", "--ntasks-per-node=1");
        assertThat(script.text())
                .contains("# Benchmark 123: 5 client processes, one per node, and AI servers on 2 nodes after theirs.")
                .contains(
                        "srun --relative=5 --nodes=2 --ntasks=8 --ntasks-per-node=4 --kill-on-bad-exit=0 --no-kill --wait=0"
                                + " --cpus-per-task=1 /shared/aifactory server --client-service-addr"
                                + " http://login-node-01:8001 --benchmark-id 123 --log-directory /logs &\nservers=$!\n")
                .contains("srun --relative=0 --nodes=5 --ntasks=5 --ntasks-per-node=1 --kill-on-bad-exit=0 --no-kill"
                        + " --wait=0 --cpus-per-task=4 aifactory client --client-service-addr http://login-node-01:8001"
                        + " --benchmark-id 123 --port 9000 &\nclients=$!\n")
                .doesNotContain("AI_SERVER_ADDR")
                .endsWith("exit \"$status\"\n");
    }

    @Test
    void aJobOfServersAloneHasOneStep() throws Exception {
        JobScript script = builder()
                .aiServerAddress(null)
                .numClients(0)
                .servers(new ServerStep(1, 1, new Launch.Native("aifactory"), 45, Path.of("/logs")))
                .build();

        assertThat(SbatchArguments.of(script.options())).contains("--nodes=1");
        assertThat(script.text()).contains(" aifactory server ").doesNotContain("aifactory client");
    }

    /** The shell that runs the script, with what it starts replaced by shells. */
    @Test
    void theScriptEndsAsItsClientsDoAndLeavesNoServer() throws Exception {
        List<LaunchCommand.Word> servers = words("sleep 300");
        assertThat(exitCode(JobSteps.text(words("exit 3"), words("sleep 0.1"), 45, false)))
                .isEqualTo(3);
        String text = JobSteps.text(words("exit 0"), servers, 1, false);
        assertThat(exitCode(text + "\n")).isZero();
    }

    private static List<LaunchCommand.Word> words(String command) {
        return List.of(
                LaunchCommand.Word.of("sh"),
                LaunchCommand.Word.of("-c"),
                LaunchCommand.Word.of("exec 2>&1; " + (command.startsWith("sleep") ? "exec " : "") + command));
    }

    private static int exitCode(String script) throws Exception {
        Process process = new ProcessBuilder("bash", "-c", script).inheritIO().start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        List<ProcessHandle> left = process.descendants().toList();
        assertThat(left).isEmpty();
        return process.exitValue();
    }

    @Test
    void everyOptionIsAlsoAWordOfTheCommandLine() throws Exception {
        JobScript script = builder().build();

        assertThat(SbatchArguments.of(script.options()))
                .contains("--job-name=benchmark-client-123-k3j9x7abcdef", "--nodes=5", "--ntasks-per-node=1")
                .contains("--time=0-00:10:00", "--signal=TERM@90", "--no-kill", "--no-requeue");
        assertThat(script.render())
                .startsWith("# sbatch --parsable --export=ALL --job-name=benchmark-client-123-")
                .endsWith(script.text());
    }

    @Test
    void aGpuJobInheritsItsDevicesAndPassesTheFractionOn() throws Exception {
        Profile gpu = Profiles.builtIn().effective("gpu", Profile.EMPTY, Profile.EMPTY);
        JobScript script = builder()
                .profile(gpu)
                .gpuEnabled(true)
                .gpuMemoryFraction("0.8")
                .launch(new Launch.Container(
                        Path.of("/images/client-service.sif"), null, "apptainer", "aifactory", List.of(), Gpu.NVIDIA))
                .build();

        assertThat(script.text())
                .contains("#SBATCH --job-name=benchmark-gpu-123-k3j9x7abcdef")
                .contains("#SBATCH --gres=gpu:1", "#SBATCH --cpus-per-task=8", "#SBATCH --mem=32G")
                .contains("#SBATCH --partition=gpu")
                .contains("export GPU_MEMORY_FRACTION=0.8")
                .contains(" --nv /images/client-service.sif aifactory client ")
                .contains(" --gpu-enabled")
                .doesNotContain("export CUDA_VISIBLE_DEVICES")
                .doesNotContain("CUDA_VISIBLE_DEVICES=");
    }

    @Test
    void theDgxAndCpuProfilesAreTheSeeds() throws Exception {
        assertThat(Profiles.builtIn().get("dgx"))
                .isEqualTo(new Profile("dgx", "gpu", null, "gpu:1", "dgx_a100", 8, "32G", null, null, null, null));
        assertThat(Profiles.builtIn().get("cpu"))
                .isEqualTo(new Profile("cpu", "normal", null, null, "skylake", 16, "64G", null, null, null, null));
        JobScript script = builder()
                .profile(Profiles.builtIn().effective("dgx", Profile.EMPTY, Profile.EMPTY))
                .build();
        assertThat(SbatchArguments.of(script.options()))
                .contains("--partition=dgx", "--qos=gpu", "--gres=gpu:1", "--constraint=dgx_a100");
        assertThat(script.text()).contains("srun --kill-on-bad-exit=0 --no-kill --wait=0 --cpus-per-task=8 ");
    }

    @ParameterizedTest
    @CsvSource({"1,0-00:01:00", "10,0-00:10:00", "60,0-01:00:00", "1500,1-01:00:00", "10080,7-00:00:00"})
    void minutesAreWrittenWithDays(int minutes, String text) throws Exception {
        JobScript script = builder().timeLimit(Duration.ofMinutes(minutes)).build();

        assertThat(SbatchArguments.of(script.options())).contains("--time=" + text);
    }

    @Test
    void aShortJobIsToldLateAndTheShortestNotAtAll() throws Exception {
        assertThat(JobScriptBuilder.signalLead(Duration.ofMinutes(5))).isEqualTo(Duration.ofSeconds(90));
        assertThat(JobScriptBuilder.signalLead(Duration.ofMinutes(2))).isEqualTo(Duration.ofSeconds(30));
        assertThat(JobScriptBuilder.signalLead(Duration.ofMinutes(1))).isNull();
        assertThat(JobScriptBuilder.usableTime(Duration.ofMinutes(10))).isEqualTo(Duration.ofSeconds(450));
        assertThat(JobScriptBuilder.usableTime(Duration.ofMinutes(2))).isEqualTo(Duration.ofSeconds(30));
        assertThat(JobScriptBuilder.usableTime(Duration.ofMinutes(1))).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void whatASiteWantsBesidesIsPassedOn() throws Exception {
        Profile site = new Profile(
                "cpu",
                null,
                null,
                null,
                null,
                2,
                null,
                true,
                "maintenance",
                "node[001-004]",
                List.of("--licenses=matlab:1", "hint=nomultithread", "spread-job"));
        JobScript script = builder().profile(site).numClients(4).requeue(true).build();

        assertThat(SbatchArguments.of(script.options()))
                .contains("--exclusive", "--reservation=maintenance", "--nodelist=node[001-004]", "--requeue")
                .contains("--licenses=matlab:1", "--hint=nomultithread", "--spread-job")
                .doesNotContain("--no-requeue");
        assertThat(script.text())
                .contains("#SBATCH --nodelist=\"node[001-004]\"\n")
                .contains("#SBATCH --spread-job\n");
    }

    @Test
    void whatCannotBeIsRefusedByName() {
        refused("num_clients", builder().numClients(0), "num_clients is 0");
        refused("num_clients", builder().numClients(-3), "num_clients is -3");
        refused("time_limit", builder().timeLimit(Duration.ZERO), "time_limit is 0.0 minutes");
        refused("time_limit", builder().timeLimit(Duration.ofSeconds(90)), "time_limit is 1.5 minutes: expected whole");
        refused("time_limit", builder().timeLimit(Duration.ofDays(4000)), "expected whole minutes, 1 to 525600");
        refused("port", builder().clientPort(70_000), "port is 70000");
        refused("ai_server_addr", builder().aiServerAddress(""), "ai_server_addr is empty");
        refused("GPU_MEMORY_FRACTION", builder().gpuMemoryFraction("8"), "'8': expected 0 to 1");
        refused("directory", builder().workingDirectory(Path.of("relative")), "give an absolute path");
        refused("directory", builder().workingDirectory(Path.of("/back\\slash")), "choose a path without");
        refused("environment", builder().environment("SLURM_JWT", "x"), "SLURM_JWT is Slurm's");
        refused("environment", builder().environment("CUDA_VISIBLE_DEVICES", "0"), "CUDA_VISIBLE_DEVICES is Slurm's");
        refused("environment", builder().environment("A B", "0"), "'A B' is no name");
        refused("partition", place("-x"), "partition is '-x'");
        refused("partition", place("a b"), "partition is 'a b'");
        refused("partition", place("a#b"), "partition is 'a#b'");
        refused("partition", place("$(id)"), "partition is '$(id)'");
        refused("mem", sized(4, "8 gigabytes"), "mem is '8 gigabytes': expected a number with K, M, G or T");
        refused("cpus_per_task", sized(0, "8G"), "cpus_per_task is 0");
        refused("extra_directives", extra("job-name=mine"), "this system sets --job-name itself");
        refused("extra_directives", extra("export=NONE"), "--export itself");
        refused("extra_directives", extra("-N 4"), "names no option of sbatch");
    }

    private static JobScriptBuilder place(String partition) {
        return builder().profile(Profile.ofPlace(partition, null, null));
    }

    private static JobScriptBuilder sized(int cpus, String memory) {
        return builder().profile(new Profile(null, null, null, null, null, cpus, memory, null, null, null, null));
    }

    private static JobScriptBuilder extra(String directive) {
        return builder()
                .profile(new Profile(null, null, null, null, null, 4, null, null, null, null, List.of(directive)));
    }

    private static void refused(String field, JobScriptBuilder builder, String words) {
        assertThatThrownBy(builder::build)
                .hasMessageContaining(words)
                .isInstanceOfSatisfying(
                        InvalidJobException.class, e -> assertThat(e.field()).isEqualTo(field));
    }

    @Test
    void profilesOfASiteAreCheckedWhereTheyAreWritten() throws Exception {
        Profile mine = new Profile("long", null, null, null, null, 2, "4G", null, null, null, null);
        Profiles profiles = Profiles.builtIn().with(Map.of("mine", mine, "cpu", mine));

        assertThat(profiles.get("cpu")).isEqualTo(mine);
        assertThatThrownBy(() -> profiles.get("mime"))
                .hasMessage("there is no profile 'mime'; there are: cpu, dgx, gpu, mine");
        assertThatThrownBy(() -> Profiles.builtIn()
                        .with(Map.of(
                                "odd", new Profile("a;b", null, null, null, null, 1, null, null, null, null, null))))
                .hasMessageStartingWith("profile odd: partition is 'a;b'");
    }

    @Test
    void theRequestWinsOverTheProfileThatOverTheEnvironmentThatOverTheDefaults() throws Exception {
        Profile environment = Profiles.ofEnvironment(
                Map.of("SLURM_PARTITION", "envpart", "SLURM_QOS", "envqos", "SLURM_ACCOUNT", ""));

        assertThat(Profiles.builtIn().effective(null, environment, Profile.EMPTY))
                .isEqualTo(new Profile("envpart", "envqos", null, null, null, 4, "8G", null, null, null, null));
        assertThat(Profiles.builtIn().effective("gpu", environment, Profile.ofPlace(null, null, "mine")))
                .isEqualTo(new Profile("gpu", "envqos", "mine", "gpu:1", null, 8, "32G", null, null, null, null));
        assertThat(Profiles.builtIn()
                        .effective("cpu", environment, Profile.ofPlace("short", null, null))
                        .partition())
                .isEqualTo("short");
    }

    @Test
    void bindsAreReadAsApptainerWritesThem() throws Exception {
        assertThat(Launch.Bind.parse("/scratch,/tmp"))
                .containsExactly(
                        new Launch.Bind(Path.of("/scratch"), Path.of("/scratch"), true),
                        new Launch.Bind(Path.of("/tmp"), Path.of("/tmp"), true));
        assertThat(Launch.Bind.parse("/a:/b:ro")).containsExactly(new Launch.Bind(Path.of("/a"), Path.of("/b"), false));
        assertThatThrownBy(() -> Launch.Bind.parse("/a:/b:rx")).hasMessageContaining("'/a:/b:rx' is no bind");
        Launch.Container odd = new Launch.Container(
                Path.of("/i.sif"),
                null,
                "apptainer",
                "aifactory",
                List.of(new Launch.Bind(Path.of("/with,comma"), Path.of("/x"), true)),
                Gpu.NONE);
        refused("binds", builder().launch(odd), "'/with,comma' cannot be bound");
    }
}
