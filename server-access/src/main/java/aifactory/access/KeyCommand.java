package aifactory.access;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs the shell command that prints a key. The key passes through a pipe alone. Stateless. */
final class KeyCommand {
    private static final int LARGEST_OUTPUT_BYTES = 64 << 10;
    /** For its output to end after the command. A process that it left behind may hold it open. */
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
            CompletableFuture<byte[]> output = read(out);
            CompletableFuture<byte[]> message = read(error);
            CompletableFuture.anyOf(output, process.onExit()).get(longest.toMillis(), TimeUnit.MILLISECONDS);
            // A command that keeps printing is not waited for.
            boolean isTooLong = output.isDone() && output.join().length >= LARGEST_OUTPUT_BYTES;
            if (!isTooLong && !process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new TimeoutException();
            }
            byte[] key = afterEnd(output);
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

    private static byte[] afterEnd(CompletableFuture<byte[]> output) throws InterruptedException, ExecutionException {
        try {
            return output.get(AFTER_END.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IllegalArgumentException("api_key_command ended, but a process that it started in the background"
                    + " holds its output open; redirect the output of that process: '… >/dev/null 2>&1 &'");
        }
    }

    private static IllegalArgumentException failed(int code, CompletableFuture<byte[]> error, String output)
            throws InterruptedException, ExecutionException {
        String told;
        try {
            told = new String(error.get(AFTER_END.toMillis(), TimeUnit.MILLISECONDS), StandardCharsets.UTF_8);
        } catch (TimeoutException e) {
            told = "";
        }
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

    private static CompletableFuture<byte[]> read(InputStream stream) {
        CompletableFuture<byte[]> bytes = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                bytes.complete(stream.readNBytes(LARGEST_OUTPUT_BYTES));
                // So that the command can end. One that does not is ended.
                stream.transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                bytes.completeExceptionally(new CompletionException(e));
            }
        });
        return bytes;
    }
}
