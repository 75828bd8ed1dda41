package aifactory.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.commandline.InvocationHarness.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code aifactory image build}, with a program in Apptainer's place that writes its arguments; the real one is on the
 * testbed.
 */
final class ImageBuildTest {
    /** Of the arguments {@code build --build-arg … IMAGE DEFINITION} the last but one. */
    private static final String BUILDS = "for image; do [ -z \"${last:-}\" ] || before=$last; last=$image; done;"
            + " grep -q '^Bootstrap: scratch' \"$last\" || exit 9; echo \"$@\" >\"$before\"";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    private InvocationHarness harness = new InvocationHarness(Path.of("/"));

    @BeforeEach
    void prepare() throws IOException {
        harness = new InvocationHarness(directory).with("PATH", System.getenv("PATH"));
        Files.writeString(directory.resolve("a.tar.gz"), "tarball");
    }

    private Outcome build(String apptainer, String... more) throws IOException {
        return buildWith(program(apptainer), more);
    }

    private Path program(String apptainer) throws IOException {
        Path program = Files.writeString(directory.resolve("apptainer"), "#!/bin/sh\n" + apptainer + "\n");
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Outcome buildWith(Path program, String... more) {
        List<String> arguments = List.of(
                "image", "build", "--tarball", "a.tar.gz", "--output", "i.sif", "--apptainer", program.toString());
        return harness.run(Stream.concat(arguments.stream(), Stream.of(more)).toArray(String[]::new));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void theImageIsNamedWithTheChecksumToPin() throws Exception {
        Files.writeString(directory.resolve(".i.sif.77.partial"), "left by a build that was killed");

        Outcome outcome = build(BUILDS);

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        String told = Files.readString(directory.resolve("i.sif"));
        // The checksum of the word tarball.
        assertThat(told)
                .contains("tarball=" + directory.resolve("a.tar.gz"))
                .contains("sha256=db4b4d0d1cb480bf9aeea253771c00febe627f236765fa37d6a5614f079a3aa0");
        String line = Files.readString(directory.resolve("i.sif.sha256"));
        assertThat(line).endsWith("  i.sif\n");
        assertThat(outcome.out())
                .contains(
                        "default: {image: " + directory.resolve("i.sif") + ", sha256: " + line.substring(0, 64) + "}");
        assertThat(files()).containsExactly(".i.sif.lock", "a.tar.gz", "apptainer", "i.sif", "i.sif.sha256");
    }

    @Test
    void aNameThatIsTakenIsRefusedUnlessItMayBeReplaced() throws Exception {
        Files.writeString(directory.resolve("i.sif"), "old");

        Outcome refused = build(BUILDS);
        String kept = Files.readString(directory.resolve("i.sif"));
        Outcome replaced = build(BUILDS, "--replace", "--json");

        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("i.sif already").contains("--replace");
        assertThat(kept).isEqualTo("old");
        assertThat(replaced.exitCode()).as(replaced.err()).isZero();
        assertThat(replaced.out()).contains("\"sha256\"");
        assertThat(Files.readString(directory.resolve("i.sif"))).startsWith("build ");
    }

    @Test
    void twoBuildsOfOneImageDoNotMeet() throws Exception {
        // Written once: a shell that starts while its script is rewritten reads an empty one, and ends without an
        // error.
        Path slow = program("[ ! -e running ] || exit 7; touch running; sleep 1; rm running; " + BUILDS);
        // Separate threads: the common pool of a machine with two cores has one.
        try (ExecutorService threads =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            Future<Outcome> one = threads.submit(() -> buildWith(slow, "--replace"));
            Future<Outcome> other = threads.submit(() -> buildWith(slow, "--replace"));
            Outcome first = one.get();
            Outcome second = other.get();

            assertThat(first.exitCode()).as(first.err()).isZero();
            assertThat(second.exitCode()).as(second.err()).isZero();
            assertThat(first.err() + second.err()).contains("another build of");
        }
    }

    @Test
    void whatIsMissingIsNamed() throws Exception {
        Outcome noApptainer = harness.run(
                "image", "build", "--tarball", "a.tar.gz", "--output", "i.sif", "--apptainer", "/nowhere/apptainer");
        Outcome noTarball = harness.run("image", "build", "--tarball", "b.tar.gz");
        Outcome noDirectory = harness.run("image", "build", "--tarball", "a.tar.gz", "--output", "no/i.sif");

        assertThat(noApptainer.exitCode()).isEqualTo(4);
        assertThat(noApptainer.err())
                .contains("cannot run '/nowhere/apptainer'")
                .contains("--apptainer FILE");
        assertThat(noTarball.exitCode()).isEqualTo(2);
        assertThat(noTarball.err()).contains("there is no tarball " + directory.resolve("b.tar.gz"));
        assertThat(noDirectory.exitCode()).isEqualTo(2);
        assertThat(noDirectory.err()).contains("cannot write in " + directory.resolve("no"));
        assertThat(files()).doesNotContain("i.sif");
    }

    @Test
    void aBuildThatFailsLeavesNothingAndSaysWhy() throws Exception {
        Outcome full = build(BUILDS + "; echo 'FATAL: write x: no space left on device'; exit 255");
        Outcome old = build("echo 'Error: unknown flag: --build-arg'; exit 1");
        Outcome other = build("echo 'FATAL: it rains'; exit 3");
        Outcome nothing = build("echo 'INFO: all is well'");

        assertThat(full.exitCode()).isEqualTo(1);
        assertThat(full.err()).contains("there is no room left").contains("APPTAINER_TMPDIR");
        assertThat(old.err()).contains("too old").contains("1.2");
        assertThat(other.err()).contains("ended with 3").contains("it rains");
        assertThat(nothing.exitCode()).isEqualTo(1);
        assertThat(nothing.err()).contains("made no image").contains("all is well");
        assertThat(files()).containsExactly(".i.sif.lock", "a.tar.gz", "apptainer");
    }

    @Test
    void aTarballThatIsNotTheOneOfItsChecksumIsRefused() throws Exception {
        Files.writeString(directory.resolve("a.tar.gz.sha256"), "0".repeat(64) + "  a.tar.gz\n");

        Outcome outcome = build(BUILDS);

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("a.tar.gz has the checksum").contains("copy both again");
        assertThat(files()).doesNotContain("i.sif");
    }
}
