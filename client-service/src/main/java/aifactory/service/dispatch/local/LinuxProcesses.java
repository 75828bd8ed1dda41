package aifactory.service.dispatch.local;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Processes that outlive the one that started them, and are known again by their number and the time of their start.
 * Thread-safe.
 *
 * <p>Each runs in a separate session, so that neither a terminal's interrupt nor the end of the service reaches it. It
 * writes its own identity before it becomes the program: there is no moment at which it runs and could not be found.
 */
final class LinuxProcesses {
    /** {@code $0} is the identity file, the rest the command. */
    private static final String BECOME = """
            read -r stat < /proc/self/stat && read -r boot < /proc/sys/kernel/random/boot_id \
            && printf '%s\\n%s\\n' "$boot" "$stat" > "$0.new" && mv "$0.new" "$0" && exec "$@"\
            """;

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path PROCESSES = Path.of("/proc");
    /** Position of {@code starttime} after the command's closing parenthesis, see proc_pid_stat(5). */
    private static final int START_TICKS = 19;

    private final Map<Long, Process> children = new ConcurrentHashMap<>();

    /** Starts a process. Its identity file is there a moment later. */
    void start(LaunchOrder order) throws IOException {
        List<String> command = new ArrayList<>();
        findProgram("setsid").ifPresent(setsid -> command.add(setsid.toString()));
        command.addAll(List.of("/bin/sh", "-c", BECOME, order.identityFile().toString()));
        command.addAll(order.command());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(order.output().toFile()))
                .redirectError(ProcessBuilder.Redirect.appendTo(order.error().toFile()));
        // A client must not see the service's variables and Slurm's token, except the logging settings.
        builder.environment()
                .keySet()
                .removeIf(name -> (name.startsWith("AIFACTORY_") && !name.startsWith("AIFACTORY_LOG_"))
                        || name.equals("SLURM_JWT"));
        builder.environment().putAll(order.environment());
        Process process = builder.start();
        children.put(process.pid(), process);
    }

    private static Optional<Path> findProgram(String name) {
        String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
        for (String directory : path.split(File.pathSeparator)) {
            Path program = Path.of(directory).resolve(name);
            if (program.isAbsolute() && Files.isExecutable(program)) {
                return Optional.of(program);
            }
        }
        return Optional.empty();
    }

    /** The identity that a started process has left; empty as long as it has not. */
    Optional<ProcessIdentity> identity(Path identityFile) throws IOException {
        try {
            List<String> lines = Files.readAllLines(identityFile);
            if (lines.size() != 2) {
                throw new IOException(identityFile + " does not hold the identity of a process");
            }
            Stat stat = Stat.parse(lines.get(1));
            return Optional.of(new ProcessIdentity(stat.pid(), stat.startTicks(), lines.get(0)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Whether it runs. A process that ended and waits for its parent to notice does not. */
    boolean isAlive(ProcessIdentity identity) {
        try {
            Stat stat = Stat.parse(Files.readString(
                    PROCESSES.resolve(Long.toString(identity.pid())).resolve("stat")));
            return stat.startTicks() == identity.startTicks()
                    && stat.state() != 'Z'
                    && stat.state() != 'X'
                    && Files.readString(BOOT_ID).strip().equals(identity.bootId());
        } catch (IOException e) {
            return false;
        }
    }

    /** The exit code of a process that this life of the service started and that has ended. */
    OptionalInt exitCode(ProcessIdentity identity) {
        Process process = children.get(identity.pid());
        return process == null || process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
    }

    /** Sends SIGTERM, if it still runs. */
    void terminate(ProcessIdentity identity) {
        if (isAlive(identity)) {
            ProcessHandle.of(identity.pid()).ifPresent(ProcessHandle::destroy);
        }
    }

    /** Sends SIGKILL, if it still runs. */
    void kill(ProcessIdentity identity) {
        if (isAlive(identity)) {
            ProcessHandle.of(identity.pid()).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    /** Waits for its end, at most so long; whether it has ended. */
    boolean awaitEnd(ProcessIdentity identity, Duration longest) throws InterruptedException {
        Optional<ProcessHandle> handle = isAlive(identity) ? ProcessHandle.of(identity.pid()) : Optional.empty();
        if (handle.isEmpty()) {
            return true;
        }
        try {
            handle.get().onExit().get(Math.max(1, longest.toMillis()), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return !isAlive(identity);
        }
        return !isAlive(identity);
    }

    /**
     * The parts of {@code /proc/PID/stat} that matter here. The command's name may contain anything, blanks and
     * brackets too.
     */
    private record Stat(long pid, char state, long startTicks) {
        static Stat parse(String text) throws IOException {
            int open = text.indexOf(" (");
            int close = text.lastIndexOf(") ");
            String[] fields = close < 0
                    ? new String[0]
                    : text.substring(close + 2).strip().split(" ");
            try {
                return new Stat(
                        Long.parseLong(text.substring(0, Math.max(0, open))),
                        fields[0].charAt(0),
                        Long.parseLong(fields[START_TICKS]));
            } catch (NumberFormatException | IndexOutOfBoundsException e) {
                throw new IOException("not the state of a process: " + text.strip(), e);
            }
        }
    }
}
