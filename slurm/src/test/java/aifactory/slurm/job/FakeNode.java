package aifactory.slurm.job;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.slurm.command.Command;
import aifactory.slurm.command.CommandOutcome;
import aifactory.slurm.command.CommandOutcome.Exited;
import aifactory.slurm.command.ProcessCommandRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs batch scripts with the real bash, where {@code srun} and {@code apptainer} are programs that write down what
 * reached them: {@code srun} its options, then it runs the task; {@code apptainer} and {@code aifactory} their
 * arguments and environment.
 */
final class FakeNode {
    private static final String SRUN = """
            #!/bin/bash
            while [ "${1#--}" != "$1" ]; do printf '%s\\0' "$1" >> "$RECORDS/srun.arguments"; shift; done
            export SLURM_PROCID=3 SLURM_JOB_ID=42 SLURMD_NODENAME=node004 CUDA_VISIBLE_DEVICES=0,1
            exec "$@"
            """;
    private static final String RECORDER = """
            #!/bin/bash
            name=${0##*/}
            printf '%s\\0' "$@" > "$RECORDS/$name.arguments"
            env -0 > "$RECORDS/$name.environment"
            """;

    private final Path directory;
    private final Path programs;

    FakeNode(Path directory) throws IOException {
        this.directory = directory;
        programs = Files.createDirectories(directory.resolve("programs"));
        program("srun", SRUN);
        program("sbcast", "#!/bin/bash\n[ \"$1\" = --force ] && cp \"$2\" \"$3\"\n");
        program("apptainer", RECORDER);
        program("aifactory", RECORDER);
    }

    Path program(String name, String text) throws IOException {
        Path file = programs.resolve(name);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }

    /** Runs the script as the batch step would, and expects it to succeed. */
    Exited run(String script) throws InterruptedException {
        CommandOutcome outcome = outcome(script);
        assertThat(outcome).as("script:%n%s", script).isInstanceOf(Exited.class);
        Exited exited = (Exited) outcome;
        assertThat(exited.code())
                .as("error: %s%nscript:%n%s", exited.error(), script)
                .isZero();
        return exited;
    }

    CommandOutcome outcome(String script) throws InterruptedException {
        return new ProcessCommandRunner()
                .run(new Command(
                        List.of("bash", "-s"),
                        script,
                        Map.of(
                                "PATH",
                                programs + ":" + System.getenv("PATH"),
                                "RECORDS",
                                directory.toString(),
                                "HOME",
                                "/home/wrong",
                                "LC_ALL",
                                "C.UTF-8"),
                        Duration.ofSeconds(30),
                        1 << 20));
    }

    List<String> arguments(String program) throws IOException {
        return List.of(Files.readString(directory.resolve(program + ".arguments"))
                        .split("\0", -1))
                .reversed()
                .stream()
                .skip(1)
                .toList()
                .reversed();
    }

    Map<String, String> environment(String program) throws IOException {
        Map<String, String> environment = new HashMap<>();
        for (String entry :
                Files.readString(directory.resolve(program + ".environment")).split("\0", -1)) {
            int equals = entry.indexOf('=');
            if (equals > 0) {
                environment.put(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
        return environment;
    }

    void forget() throws IOException {
        for (String program : List.of("srun", "apptainer", "aifactory")) {
            Files.deleteIfExists(directory.resolve(program + ".arguments"));
            Files.deleteIfExists(directory.resolve(program + ".environment"));
        }
    }
}
