package aifactory.slurm.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.slurm.JobOptions;
import aifactory.slurm.command.SbatchArguments;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values that are put into a job arrive unchanged: tested with the real bash, for many hostile values. */
class JobQuotingTest {
    private static final int ROUNDS = 120;

    @TempDir
    private Path directory;

    private FakeNode node;

    @BeforeEach
    void makeNode() throws Exception {
        node = new FakeNode(directory);
    }

    private static JobScriptBuilder builder(Path output) {
        return JobScriptBuilder.forBenchmark(7, "tokentoken", new JobLogs(output, Path.of(output + ".err")));
    }

    @Test
    void hostileValuesReachAnInstalledProgramUnchanged() throws Exception {
        HostileText hostile = HostileText.seeded("hostileValuesReachAnInstalledProgramUnchanged");
        for (int round = 0; round < ROUNDS; round++) {
            String service = hostile.next();
            String server = hostile.next();
            String variable = hostile.next();
            List<String> further = List.of(hostile.next(), hostile.next(), hostile.next(), "");
            JobScript script = builder(Path.of("/logs/x"))
                    .clientServiceAddress(service)
                    .aiServerAddress(server)
                    .environment("SITE_VARIABLE", variable)
                    .clientArguments(further)
                    .build();

            node.run(script.text());

            List<String> expected = new ArrayList<>(List.of(
                    "client",
                    "--client-service-addr",
                    service,
                    "--ai-server-addr",
                    server,
                    "--benchmark-id",
                    "7",
                    "--port",
                    "9000"));
            expected.addAll(further);
            assertThat(node.arguments("aifactory")).isEqualTo(expected);
            assertThat(node.environment("aifactory"))
                    .containsEntry("CLIENT_SERVICE_ADDR", service)
                    .containsEntry("AI_SERVER_ADDR", server)
                    .containsEntry("BENCHMARK_ID", "7")
                    .containsEntry("SITE_VARIABLE", variable);
            node.forget();
        }
        assertThat(Path.of("/tmp/aifactory-pwned")).doesNotExist();
    }

    @Test
    void hostileValuesReachAContainerUnchanged() throws Exception {
        HostileText hostile = HostileText.seeded("hostileValuesReachAContainerUnchanged");
        Path bound = Files.createDirectories(directory.resolve("bind $(id) 'quoted' #1"));
        Launch.Container container = new Launch.Container(
                Path.of("/images/client's image.sif"),
                null,
                "apptainer",
                "aifactory",
                List.of(new Launch.Bind(bound, Path.of("/scratch"), false)),
                Gpu.NVIDIA);
        for (int round = 0; round < ROUNDS; round++) {
            String server = hostile.next();
            String variable = hostile.next();
            JobScript script = builder(directory.resolve("logs"))
                    .clientServiceAddress("http://login:8001")
                    .aiServerAddress(server)
                    .environment("SITE_VARIABLE", variable)
                    .launch(container)
                    .build();

            node.run(script.text());

            List<String> arguments = node.arguments("apptainer");
            assertThat(arguments.subList(0, 2)).containsExactly("exec", "--env");
            assertThat(CsvRecord.read(arguments.get(2)))
                    .contains("AI_SERVER_ADDR=" + server, "SITE_VARIABLE=" + variable, "CUDA_VISIBLE_DEVICES=0,1")
                    .contains("SLURM_PROCID=3", "SLURM_JOB_ID=42", "SLURMD_NODENAME=node004", "BENCHMARK_ID=7")
                    .noneMatch(entry -> entry.startsWith("HOME=") || entry.startsWith("SLURM_RESTART_COUNT="));
            assertThat(arguments)
                    .containsSubsequence(
                            "--cleanenv",
                            "--containall",
                            "--no-mount",
                            "home,cwd",
                            "--pwd",
                            "/data",
                            "--bind",
                            directory + ":/data:rw",
                            "--bind",
                            bound + ":/scratch:ro",
                            "--nv",
                            "/images/client's image.sif",
                            "aifactory",
                            "client",
                            "--ai-server-addr",
                            server);
            assertThat(node.environment("apptainer")).containsEntry("APPTAINER_NO_EVAL", "1");
            node.forget();
        }
        assertThat(Path.of("/tmp/aifactory-pwned")).doesNotExist();
    }

    @Test
    void hostileValuesFillEveryPlaceOfATemplate() throws Exception {
        HostileText hostile = HostileText.seeded("hostileValuesFillEveryPlaceOfATemplate");
        JobTemplate template = JobTemplate.of("site", """
                #!/bin/bash
                #SBATCH --comment={client_service_addr} --wckey="x {ai_server_addr}"
                #SBATCH --mail-user='y {ai_server_addr}' # {ai_server_addr}
                # a comment: {client_service_addr}
                bare() { printf '%s\\0' bare {client_service_addr} mixed={ai_server_addr}end; }
                quoted="in double ${HOME:+quotes} {client_service_addr}" # it's {ai_server_addr}
                single='in single {ai_server_addr}, over
                two lines {client_service_addr}'
                { bare; printf '%s\\0' "$quoted" "$single" "{ai_server_addr}" '{{literal}}'; } > "$RECORDS/template"
                {launch_command}
                """);
        for (int round = 0; round < ROUNDS; round++) {
            String service = hostile.next();
            String server = hostile.next();
            JobScript script = builder(Path.of("/logs/x"))
                    .clientServiceAddress(service)
                    .aiServerAddress(server)
                    .template(template, false)
                    .build();

            node.run(script.text());

            assertThat(List.of(Files.readString(directory.resolve("template")).split("\0", -1)))
                    .containsExactly(
                            "bare",
                            service,
                            "mixed=" + server + "end",
                            "in double quotes " + service,
                            "in single " + server + ", over\ntwo lines " + service,
                            server,
                            "{literal}",
                            "");
            assertThat(node.arguments("aifactory")).contains(service, server);
            assertThat(SbatchDirectives.parse(script.text()))
                    .containsExactly(
                            new JobOptions.Option("comment", service),
                            new JobOptions.Option("wckey", "x " + server),
                            new JobOptions.Option("mail-user", "y " + server));
        }
        assertThat(Path.of("/tmp/aifactory-pwned")).doesNotExist();
    }

    @Test
    void directivesSayWhatTheCommandLineSays() throws Exception {
        HostileText hostile = HostileText.seeded("directivesSayWhatTheCommandLineSays");
        for (int round = 0; round < 500; round++) {
            String name = hostile.next().replace("\\", "").replace("/", "");
            JobScript script = builder(Path.of("/logs/ " + name))
                    .clientServiceAddress("http://a")
                    .aiServerAddress("http://b")
                    .profile(Profiles.DEFAULTS.overriddenBy(new Profile(
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            List.of("comment=" + hostile.next()))))
                    .build();

            assertThat(SbatchDirectives.parse(script.text())).isEqualTo(SbatchArguments.options(script.options()));
        }
    }

    @Test
    void controlCharactersAreRefusedEverywhere() {
        for (String bad : List.of("a\nb", "a\rb", "a\tb", "a\0b", "a\u001bb", "a\u007fb", "a\u0085b", "a\ud800b")) {
            Map<String, JobScriptBuilder> builders = Map.of(
                    "client_service_addr",
                            builder(Path.of("/logs/x"))
                                    .clientServiceAddress(bad)
                                    .aiServerAddress("b"),
                    "ai_server_addr",
                            builder(Path.of("/logs/x"))
                                    .clientServiceAddress("a")
                                    .aiServerAddress(bad),
                    "SITE", ready().environment("SITE", bad),
                    "client_arguments", ready().clientArguments(List.of(bad)),
                    "program", ready().launch(new Launch.Native(bad)),
                    "partition", ready().profile(Profile.ofPlace(bad, null, null)),
                    "qos", ready().profile(Profile.ofPlace(null, bad, null)),
                    "account", ready().profile(Profile.ofPlace(null, null, bad)));
            builders.forEach((field, builder) -> assertThatThrownBy(builder::build)
                    .as(field)
                    .isInstanceOfSatisfying(
                            InvalidJobException.class,
                            e -> assertThat(e.field()).isEqualTo(field)));
        }
    }

    private static JobScriptBuilder ready() {
        return builder(Path.of("/logs/x")).clientServiceAddress("http://a").aiServerAddress("http://b");
    }
}
