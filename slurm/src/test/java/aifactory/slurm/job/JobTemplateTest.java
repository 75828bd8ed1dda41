package aifactory.slurm.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.slurm.command.SbatchArguments;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class JobTemplateTest {
    /** The seed's own, to the letter. */
    private static final String SEED = """
            #!/bin/bash
            #SBATCH --job-name=benchmark-client-{benchmark_id}
            #SBATCH --output={log_dir}/client_dispatcher_{benchmark_id}.out
            #SBATCH --error={log_dir}/client_dispatcher_{benchmark_id}.err
            #SBATCH --nodes={num_clients}
            #SBATCH --ntasks-per-node=1
            #SBATCH --cpus-per-task=4
            #SBATCH --mem=8G
            #SBATCH --time={time_limit}:00
            #SBATCH --partition={partition}
            {qos_line}
            {account_line}

            # Environment setup
            export CLIENT_SERVICE_ADDR="{client_service_addr}"
            export AI_SERVER_ADDR="{ai_server_addr}"
            export BENCHMARK_ID="{benchmark_id}"

            # Launch client process
            {launch_command}
            """;

    private static JobScriptBuilder builder() {
        return JobScriptBuilder.forBenchmark(
                        123, "k3j9x7abcdef", new JobLogs(Path.of("/logs/123.out"), Path.of("/logs/123.err")))
                .numClients(5)
                .timeLimit(Duration.ofMinutes(10))
                .clientServiceAddress("http://login:8001")
                .aiServerAddress("http://ai:8000");
    }

    @Test
    void theSeedsTemplateIsFilled() throws Exception {
        JobScript script = builder()
                .profile(Profiles.DEFAULTS.overriddenBy(Profile.ofPlace("gpu", "normal", null)))
                .template(JobTemplate.of("seed", SEED), false)
                .build();

        assertThat(script.text()).isEqualTo("""
                        #!/bin/bash
                        #SBATCH --job-name=benchmark-client-123
                        #SBATCH --output=/logs/client_dispatcher_123.out
                        #SBATCH --error=/logs/client_dispatcher_123.err
                        #SBATCH --nodes=5
                        #SBATCH --ntasks-per-node=1
                        #SBATCH --cpus-per-task=4
                        #SBATCH --mem=8G
                        #SBATCH --time=10:00
                        #SBATCH --partition=gpu
                        #SBATCH --qos=normal


                        # Environment setup
                        export CLIENT_SERVICE_ADDR=http://login:8001
                        export AI_SERVER_ADDR=http://ai:8000
                        export BENCHMARK_ID=123
                        export CLIENT_SERVICE_ADDR="http://login:8001"
                        export AI_SERVER_ADDR="http://ai:8000"
                        export BENCHMARK_ID="123"

                        # Launch client process
                        srun --kill-on-bad-exit=0 --no-kill --wait=0 "--cpus-per-task=${SLURM_CPUS_PER_TASK:-1}" \
                        aifactory client --client-service-addr http://login:8001 --ai-server-addr http://ai:8000 \
                        --benchmark-id 123 --port 9000
                        """);
    }

    @Test
    void identityAndPlaceWinOverTheTemplateAndSizesDoNot() throws Exception {
        JobScript script = builder()
                .template(JobTemplate.of("seed", SEED), false)
                .profile(Profiles.DEFAULTS.overriddenBy(Profile.ofPlace("gpu", null, null)))
                .build();

        assertThat(SbatchArguments.of(script.options()))
                .contains("--job-name=benchmark-client-123-k3j9x7abcdef", "--nodes=5", "--time=0-00:10:00")
                .contains("--output=/logs/123.out", "--partition=gpu", "--no-kill")
                .noneMatch(argument -> argument.startsWith("--cpus-per-task") || argument.startsWith("--mem"));
    }

    @Test
    void aProfileThatTheRequestNamesWinsOverTheTemplate() throws Exception {
        JobScript script = builder()
                .template(JobTemplate.of("seed", SEED), true)
                .profile(Profiles.builtIn().get("dgx"))
                .build();

        assertThat(SbatchArguments.of(script.options())).contains("--cpus-per-task=8", "--mem=32G", "--gres=gpu:1");
        assertThat(script.text()).contains("srun --kill-on-bad-exit=0 --no-kill --wait=0 --cpus-per-task=8 aifactory");
    }

    @Test
    void anUnknownPlaceholderIsNamed() {
        assertThatThrownBy(() -> JobTemplate.of("site", "#!/bin/sh\n#SBATCH --nodes={num_client}\n{launch_command}\n"))
                .isInstanceOf(InvalidJobException.class)
                .hasMessageStartingWith(
                        "template site has the unknown placeholder {num_client}; there are: account_line, ");
    }

    @Test
    void whatAShellWritesWithBracesIsLeftAlone() throws Exception {
        String own = "#!/bin/bash\nf() { echo ${HOME} ${a:-${b}} {1..3} {x,y}; }\n{launch_command}\n";

        assertThat(builder()
                        .template(JobTemplate.of("site", own), false)
                        .build()
                        .text())
                .contains("f() { echo ${HOME} ${a:-${b}} {1..3} {x,y}; }");
    }

    @Test
    void whatCannotWorkIsRefused() {
        assertThatThrownBy(() -> JobTemplate.of("t", "echo\n{launch_command}"))
                .hasMessageContaining("does not begin with #!");
        assertThatThrownBy(() -> JobTemplate.of("t", "#!/bin/sh\necho\n"))
                .hasMessageContaining("never uses {launch_command}");
        refused("#!/bin/sh\n# {qos_line}\n{launch_command}\n", "{qos_line} in the middle of a line");
        refused("#!/bin/sh\necho '{launch_command}'\n", "{launch_command} inside quotes or a comment");
        refused("#!/bin/sh\n#SBATCH -p {partition}\n{launch_command}\n", "needs a value for {partition}");
        refused("#!/bin/sh\ncat <<EOF\n{client_service_addr}\nEOF\n{launch_command}\n", "in a here-document");
    }

    private static void refused(String text, String words) {
        assertThatThrownBy(() -> builder()
                        .clientServiceAddress("http://login:8001/$(id)")
                        .template(JobTemplate.of("site", text), false)
                        .build())
                .isInstanceOf(InvalidJobException.class)
                .hasMessageContaining(words);
    }

    @Test
    void aPlainValueMayStandInAHereDocument() throws Exception {
        String text = "#!/bin/sh\ncat <<'EOF'\n{client_service_addr} it's\nEOF\n{launch_command} {benchmark_id}\n";

        assertThat(builder()
                        .template(JobTemplate.of("site", text), false)
                        .build()
                        .text())
                .contains("http://login:8001 it's\n")
                .endsWith(" 123\n");
    }
}
