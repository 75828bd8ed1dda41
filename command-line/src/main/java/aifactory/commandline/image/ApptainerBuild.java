package aifactory.commandline.image;

import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.session.Session;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Runs {@code apptainer build} and explains its failure. */
final class ApptainerBuild {
    private static final int LINES_SHOWN = 12;

    private final Session session;
    private final String apptainer;

    ApptainerBuild(Session session, String apptainer) {
        this.session = session;
        this.apptainer = apptainer;
    }

    /**
     * Builds.
     *
     * @param arguments what follows {@code apptainer build}
     * @param image what is there afterwards
     * @param log where its output goes
     * @throws CommandFailure when it fails or the command is asked to end
     */
    void run(List<String> arguments, Path image, Path log) throws IOException {
        Process process = start(arguments, log);
        try {
            session.interruption().awaitDone(process.onExit());
            if (process.exitValue() != 0) {
                throw failure(process.exitValue(), Files.readString(log, StandardCharsets.ISO_8859_1));
            }
            if (!Files.isRegularFile(image)) {
                throw failed(
                        "'" + apptainer + " build' ended without an error and made no image: is it Apptainer?",
                        Files.readString(log, StandardCharsets.ISO_8859_1));
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }

    private Process start(List<String> arguments, Path log) {
        List<String> command = new ArrayList<>(List.of(apptainer, "build"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(session.workingDirectory().toFile())
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(log.toFile());
        builder.environment().clear();
        builder.environment().putAll(session.environment());
        try {
            return builder.start();
        } catch (IOException e) {
            throw CommandFailure.unavailable("cannot run '" + apptainer + "' (" + e.getMessage()
                    + "): load its module, build on a machine that has Apptainer, or name it with --apptainer FILE");
        }
    }

    private CommandFailure failure(int code, String output) {
        String text = output.toLowerCase(Locale.ROOT);
        if (text.contains("no space left on device") || text.contains("disk quota exceeded")) {
            return failed(
                    "there is no room left: some 300 MB are needed in "
                            + session.environment()
                                    .getOrDefault(
                                            "APPTAINER_TMPDIR",
                                            session.temporaryDirectory().toString())
                            + " (set APPTAINER_TMPDIR to another directory on a local disk) and 100 MB next to the"
                            + " image",
                    output);
        }
        if (text.contains("unknown flag: --build-arg")) {
            return failed("'" + apptainer + "' is too old: it needs Apptainer 1.2 or newer", output);
        }
        return failed("'" + apptainer + " build' ended with " + code, output);
    }

    private static CommandFailure failed(String reason, String output) {
        List<String> lines = output.lines().filter(line -> !line.isBlank()).toList();
        String last = lines.stream()
                .skip(Math.max(0, lines.size() - LINES_SHOWN))
                .map(line -> "  " + line)
                .collect(Collectors.joining("\n"));
        return new CommandFailure(
                ExitCode.CHECK_FAILED, "the image was not built: " + reason + "; its last words:\n" + last);
    }
}
