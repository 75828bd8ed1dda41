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
import java.util.regex.Pattern;

/** Runs the shell command that prints a key. The key passes through a pipe alone. Stateless. */
final class KeyCommand {
    private static final int LARGEST_OUTPUT_BYTES = 64 << 10;
    /** A longer word of what a command writes to standard error may be a key. */
    private static final Pattern LONG_WORD = Pattern.compile("[A-Za-z0-9_.+/=-]{32,}");

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
            byte[] key = output.get(longest.toMillis(), TimeUnit.MILLISECONDS);
            if (key.length >= LARGEST_OUTPUT_BYTES) {
                throw new IllegalArgumentException("api_key_command printed " + LARGEST_OUTPUT_BYTES
                        + " bytes or more: it has to print the key and nothing else");
            }
            byte[] told = message.get(longest.toMillis(), TimeUnit.MILLISECONDS);
            if (!process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new TimeoutException();
            }
            if (process.exitValue() != 0) {
                String words = ServerText.shortened(LONG_WORD
                        .matcher(new String(told, StandardCharsets.UTF_8))
                        .replaceAll("…"));
                throw new IllegalArgumentException("api_key_command ended with exit code " + process.exitValue()
                        + (words.isEmpty() ? "" : ": " + words));
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

    private static Process start(String command) {
        try {
            return new ProcessBuilder("/bin/sh", "-c", command)
                    .directory(Path.of("/").toFile())
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
