package aifactory.slurm.command;

import aifactory.slurm.command.CommandOutcome.Exited;
import aifactory.slurm.command.CommandOutcome.NotStarted;
import aifactory.slurm.command.CommandOutcome.OutputTooLarge;
import aifactory.slurm.command.CommandOutcome.TimedOut;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs programs as processes of this machine. Each run uses three short-lived virtual threads for its streams. */
public final class ProcessCommandRunner implements CommandRunner {
    private static final Duration KILL_PATIENCE = Duration.ofSeconds(5);

    @Override
    public CommandOutcome run(Command command) throws InterruptedException {
        Process process;
        try {
            process = start(command);
        } catch (IOException e) {
            return new NotStarted("cannot run " + command.arguments().getFirst() + ": " + e.getMessage());
        }
        try {
            return follow(process, command);
        } finally {
            killTree(process);
        }
    }

    private static Process start(Command command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command.arguments());
        builder.environment().clear();
        builder.environment().putAll(command.environment());
        return builder.start();
    }

    private static CommandOutcome follow(Process process, Command command) throws InterruptedException {
        Capture output = new Capture(process.getInputStream(), command.outputLimitBytes(), process);
        Capture error = new Capture(process.getErrorStream(), command.outputLimitBytes(), process);
        List<Thread> threads = List.of(
                Thread.ofVirtual().start(output),
                Thread.ofVirtual().start(error),
                Thread.ofVirtual().start(() -> feed(process, command.standardInput())));
        long deadline = System.nanoTime() + command.timeout().toNanos();
        boolean ended = process.waitFor(command.timeout().toNanos(), TimeUnit.NANOSECONDS);
        if (!ended) {
            killTree(process);
            join(threads, System.nanoTime() + KILL_PATIENCE.toNanos());
            return output.overflowed || error.overflowed
                    ? new OutputTooLarge(command.outputLimitBytes())
                    : new TimedOut(output.text(), error.text());
        }
        // A child that outlives the program may hold its streams open; then what was written so far has to do.
        join(threads, Math.max(deadline, System.nanoTime() + TimeUnit.SECONDS.toNanos(1)));
        if (output.overflowed || error.overflowed) {
            return new OutputTooLarge(command.outputLimitBytes());
        }
        return new Exited(process.exitValue(), output.text(), error.text());
    }

    private static void feed(Process process, String text) {
        try (OutputStream input = process.getOutputStream()) {
            input.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // The program ended without reading all of it; its exit code says what that means.
            return;
        }
    }

    private static void join(List<Thread> threads, long deadlineNanos) throws InterruptedException {
        for (Thread thread : threads) {
            long left = deadlineNanos - System.nanoTime();
            if (left > 0) {
                boolean ended = thread.join(Duration.ofNanos(left));
                if (!ended) {
                    thread.interrupt();
                }
            }
        }
    }

    /** Children first: after the end of their parent their relation to it is lost. */
    private static void killTree(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Reads a stream to its end, up to a limit; past it the program is killed. */
    private static final class Capture implements Runnable {
        private final InputStream stream;
        private final int limitBytes;
        private final Process process;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private volatile boolean overflowed;

        Capture(InputStream stream, int limitBytes, Process process) {
            this.stream = stream;
            this.limitBytes = limitBytes;
            this.process = process;
        }

        @Override
        public void run() {
            byte[] buffer = new byte[8192];
            try {
                for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
                    synchronized (bytes) {
                        bytes.write(buffer, 0, Math.min(count, limitBytes - bytes.size()));
                        if (bytes.size() >= limitBytes) {
                            overflowed = true;
                            killTree(process);
                            return;
                        }
                    }
                }
            } catch (IOException e) {
                // The stream breaks when the program is killed; what came before is kept.
                return;
            }
        }

        String text() {
            synchronized (bytes) {
                return bytes.toString(StandardCharsets.UTF_8);
            }
        }
    }
}
