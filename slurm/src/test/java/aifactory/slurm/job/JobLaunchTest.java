package aifactory.slurm.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.slurm.command.Command;
import aifactory.slurm.command.CommandOutcome.Exited;
import aifactory.slurm.command.ProcessCommandRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ways to start a client, run with the real bash. */
class JobLaunchTest {
    @TempDir
    private Path directory;

    private FakeNode node;

    @BeforeEach
    void makeNode() throws Exception {
        node = new FakeNode(directory);
    }

    private JobScriptBuilder builder() {
        return JobScriptBuilder.forBenchmark(
                        7, "tokentoken", new JobLogs(directory.resolve("7.out"), directory.resolve("7.err")))
                .clientServiceAddress("http://login:8001")
                .aiServerAddress("http://ai:8000");
    }

    @Test
    void srunGetsWhatItDoesNotInherit() throws Exception {
        node.run(builder().profile(Profiles.builtIn().get("cpu")).build().text());

        assertThat(node.arguments("srun"))
                .containsExactly("--kill-on-bad-exit=0", "--no-kill", "--wait=0", "--cpus-per-task=16");
    }

    @Test
    void aTemplateWithoutAProfileLeavesTheCpusToTheJob() throws Exception {
        JobTemplate template = JobTemplate.of("site", "#!/bin/bash\n#SBATCH --cpus-per-task=6\n{launch_command}\n");
        String script = builder().template(template, false).build().text();

        node.run("export SLURM_CPUS_PER_TASK=6\n" + script);

        assertThat(node.arguments("srun")).contains("--cpus-per-task=6");
    }

    @Test
    void theSecretGoesByPath() throws Exception {
        Path secret = Files.writeString(directory.resolve("secret"), "s3cret");
        Launch.Container container =
                new Launch.Container(Path.of("/i.sif"), null, "apptainer", "aifactory", List.of(), Gpu.NONE);
        JobScript script = builder().groupSecretFile(secret).launch(container).build();

        node.run(script.text());

        assertThat(script.text()).doesNotContain("s3cret");
        assertThat(node.arguments("apptainer")).contains(secret + ":" + secret + ":ro");
        assertThat(CsvRecord.read(node.arguments("apptainer").get(2)))
                .contains("AIFACTORY_GROUP_SECRET_FILE=" + secret);
        assertThat(node.environment("apptainer").get("APPTAINER_CACHEDIR")).doesNotStartWith("/home");
    }

    @Test
    void aBindThatIsMissingOnANodeIsNamed() throws Exception {
        Launch.Container container = new Launch.Container(
                Path.of("/i.sif"),
                null,
                "apptainer",
                "aifactory",
                List.of(new Launch.Bind(directory.resolve("missing"), Path.of("/x"), true)),
                Gpu.NONE);

        Exited exited =
                (Exited) node.outcome(builder().launch(container).build().text());

        assertThat(exited.code()).isEqualTo(78);
        assertThat(exited.error())
                .isEqualTo("aifactory: the bind source " + directory.resolve("missing")
                        + " does not exist on node004; correct the binds\n");
    }

    @Test
    void anImageOtherThanTheOneMeantIsNotStarted() throws Exception {
        Path image = Files.writeString(directory.resolve("it's.sif"), "image");
        String right =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(image)));
        String wrong = "0".repeat(64);

        node.run(builder().launch(container(image, right)).build().text());
        Exited exited = (Exited)
                node.outcome(builder().launch(container(image, wrong)).build().text());

        assertThat(exited.code()).isEqualTo(78);
        assertThat(exited.error()).contains(image + " is not the file with the checksum " + wrong);
        assertThatThrownBy(() -> builder().launch(container(image, "abc")).build())
                .hasMessageContaining("sha256 is 'abc'");
    }

    @Test
    void aCopyOnTheNodesIsWhatRunsAndIsRemoved() throws Exception {
        Path image = Files.writeString(directory.resolve("i.sif"), "image");
        Path local = Files.createDirectories(directory.resolve("local disk"));
        Launch.Container copied =
                new Launch.Container(image, null, "apptainer", "aifactory", List.of(), Gpu.NVIDIA, local);

        node.run(builder().launch(copied).build().text());

        assertThat(node.arguments("apptainer"))
                .contains(local + "/aifactory-tokentoken.sif", "--nv")
                .doesNotContain(image.toString());
        assertThat(local).isEmptyDirectory();
    }

    @Test
    void aCopyThatCannotBeMadeIsNamed() throws Exception {
        Path image = Files.writeString(directory.resolve("i.sif"), "image");
        Launch.Container copied = new Launch.Container(
                image, null, "apptainer", "aifactory", List.of(), Gpu.NONE, directory.resolve("missing"));

        Exited exited = (Exited) node.outcome(builder().launch(copied).build().text());

        assertThat(exited.code()).isEqualTo(78);
        assertThat(exited.error()).contains(image + " cannot be copied to").contains("local_directory");
    }

    private static Launch.Container container(Path image, String sha256) {
        return new Launch.Container(image, sha256, "apptainer", "aifactory", List.of(), Gpu.NONE);
    }

    @Test
    void aTarballIsUnpackedRunAndRemoved() throws Exception {
        Path tarball = tarball("#!/bin/bash\necho \"ran $1 in $0\"\nexit 5\n");
        Path local = Files.createDirectories(directory.resolve("local disk"));
        String script =
                builder().launch(new Launch.Tarball(tarball, null)).build().text();

        Exited exited = (Exited) node.outcome("export TMPDIR='" + local + "'\n" + script);

        assertThat(exited.code()).isEqualTo(5);
        assertThat(exited.output()).contains("ran client in " + local + "/aifactory-42.");
        try (Stream<Path> left = Files.list(local)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aTarballCopiedToTheNodesIsRemovedWithWhatWasUnpacked() throws Exception {
        Path tarball = tarball("#!/bin/bash\necho \"ran $1\"\n");
        Path local = Files.createDirectories(directory.resolve("local disk"));
        String script = builder()
                .launch(new Launch.Tarball(tarball, null, local))
                .build()
                .text();

        Exited exited = (Exited) node.outcome("export TMPDIR='" + local + "'\n" + script);

        assertThat(exited.code()).as(exited.error()).isZero();
        assertThat(exited.output()).contains("ran client");
        assertThat(local).isEmptyDirectory();
    }

    @Test
    void aClientFromATarballMayFlushAfterTerm() throws Exception {
        // The signal reaches the whole process group, as Slurm's reaches the whole step.
        Path tarball = tarball("""
                #!/bin/bash
                trap 'echo flushing; touch "$RECORDS/flushed"; exit 0' TERM
                kill -TERM -- -"$(ps -o pgid= -p $$ | tr -d ' ')"
                wait
                exit 9
                """);
        String script =
                builder().launch(new Launch.Tarball(tarball, null)).build().text();
        // A separate process group, or the signal would reach this test.
        Exited exited =
                (Exited) node.outcome("set -m\n(trap '' TERM; true)\n" + script.replace("srun ", "setsid -w srun "));

        assertThat(exited.error()).isEmpty();
        assertThat(exited.code()).isZero();
        assertThat(directory.resolve("flushed")).exists();
    }

    private Path tarball(String program) throws Exception {
        Path bin = Files.createDirectories(directory.resolve("aifactory-1.0/bin"));
        Path file = node.program("made", program);
        Files.move(file, bin.resolve("aifactory"));
        Path tarball = directory.resolve("it's a.tar");
        assertThat(new ProcessCommandRunner()
                        .run(new Command(
                                List.of("tar", "-cf", tarball.toString(), "-C", directory.toString(), "aifactory-1.0"),
                                "",
                                Map.of("PATH", System.getenv("PATH")),
                                Duration.ofSeconds(30),
                                1 << 16)))
                .isEqualTo(new Exited(0, "", ""));
        return tarball;
    }
}
