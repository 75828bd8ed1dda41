package aifactory.access;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs the shell command that prints a key. The key passes through a pipe alone. Stateless. */
final class KeyCommand {
    private static final int LARGEST_OUTPUT_BYTES = 64 << 10;
    /**
     * For its output to end after the command. A process that it left behind may hold it open, and what was printed
     * until then is the key.
     */
    private static final Duration AFTER_END = Duration.ofSeconds(2);

    private static final String DIRECTORY = "/";
    private static final int NOT_EXECUTABLE = 126;
    private static final int NOT_FOUND = 127;

    private KeyCommand() {}

    /**
     * What the command printed.
     *
     * @param longest after which it is ended, with the processes that it started
     * @throws IllegalArgumentException when it fails; the message has its exit code and the end of what it wrote to
     *     standard error
     */
    static String run(String command, Duration longest) throws InterruptedException {
        Process process = start(command);
        try (InputStream out = process.getInputStream();
                InputStream error = process.getErrorStream()) {
            process.getOutputStream().close();
            Printed output = Printed.from(out);
            Printed message = Printed.from(error);
            CompletableFuture.anyOf(output.end, process.onExit()).get(longest.toMillis(), TimeUnit.MILLISECONDS);
            // A command that keeps printing is not waited for.
            boolean isTooLong = output.end.isDone() && output.bytes().length >= LARGEST_OUTPUT_BYTES;
            if (!isTooLong && !process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new TimeoutException();
            }
            byte[] key = output.afterEnd();
            if (key.length >= LARGEST_OUTPUT_BYTES) {
                throw new IllegalArgumentException("api_key_command printed " + LARGEST_OUTPUT_BYTES
                        + " bytes or more: it has to print the key and nothing else");
            }
            if (process.exitValue() != 0) {
                throw failed(process.exitValue(), message, new String(key, StandardCharsets.UTF_8));
            }
            return new String(key, StandardCharsets.UTF_8);
        } catch (TimeoutException e) {
            throw new IllegalArgumentException("api_key_command did not end within " + longest.toSeconds()
                    + " s: it runs without a terminal and must not ask for anything");
        } catch (IOException | ExecutionException e) {
            throw new IllegalArgumentException("the output of api_key_command could not be read: " + e.getMessage());
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static IllegalArgumentException failed(int code, Printed error, String output)
            throws InterruptedException, ExecutionException {
        String told = new String(error.afterEnd(), StandardCharsets.UTF_8);
        String shown = CommandMessage.of(told, output);
        String where = code == NOT_FOUND || code == NOT_EXECUTABLE
                ? " (" + (code == NOT_FOUND ? "not found" : "not executable") + "; it runs in the directory "
                        + DIRECTORY + ": give absolute paths)"
                : "";
        return new IllegalArgumentException(
                "api_key_command ended with exit code " + code + where + (shown.isEmpty() ? "" : ": " + shown));
    }

    private static Process start(String command) {
        try {
            return new ProcessBuilder("/bin/sh", "-c", command)
                    .directory(Path.of(DIRECTORY).toFile())
                    .start();
        } catch (IOException e) {
            throw new IllegalArgumentException("api_key_command could not be started on this node: " + e.getMessage());
        }
    }

    /** What one of the streams of a process has brought. Thread-safe. */
    private static final class Printed {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        /** Done when there is no more, or more than is wanted. */
        private final CompletableFuture<Boolean> end = new CompletableFuture<>();

        static Printed from(InputStream stream) {
            Printed printed = new Printed();
            Thread.ofVirtual().start(() -> printed.read(stream));
            return printed;
        }

        private void read(InputStream stream) {
            byte[] some = new byte[4_096];
            try {
                int left = LARGEST_OUTPUT_BYTES;
                for (int read = 0; read >= 0 && left > 0; left -= Math.max(0, read)) {
                    read = stream.read(some, 0, Math.min(some.length, left));
                    bytes.write(some, 0, Math.max(0, read));
                }
                end.complete(true);
                // So that the command can end. One that does not is ended.
                stream.transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                end.completeExceptionally(e);
            }
        }

        /** Until now. */
        byte[] bytes() {
            return bytes.toByteArray();
        }

        byte[] afterEnd() throws InterruptedException, ExecutionException {
            try {
                end.get(AFTER_END.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // Held open by a process that was left behind.
            }
            return bytes();
        }
    }
}
