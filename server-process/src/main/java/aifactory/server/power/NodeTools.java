package aifactory.server.power;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs monitoring tools as processes, in the C locale. A tool whose driver hangs can often not be killed: no further
 * one is started until it has ended, so that at most one hangs. Used by one thread.
 */
final class NodeTools implements ToolRunner {
    private static final int OUTPUT_BYTES = 256 << 10;
    private static final int CHUNK_BYTES = 8 << 10;
    private static final Duration AFTER_THE_END = Duration.ofSeconds(1);

    private final Duration patience;
    private @Nullable Process hanging;

    /** @param patience after which a tool is killed */
    NodeTools(Duration patience) {
        this.patience = patience;
    }

    @Override
    public String run(List<String> command) throws PowerUnavailableException, InterruptedException {
        String tool = command.getFirst();
        Process before = hanging;
        if (before != null && before.isAlive()) {
            throw new PowerUnavailableException(
                    "a monitoring tool hangs and cannot be killed; check the GPU driver of the node", false);
        }
        hanging = null;
        Process process = start(command);
        Capture capture = new Capture(process.getInputStream());
        Thread reader = Thread.ofVirtual().start(capture);
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new PowerUnavailableException(
                        tool + " did not end within " + patience.toMillis() / 1e3
                                + " s; check the GPU driver of the node",
                        false);
            }
            // A child that outlives the tool may keep its output open.
            boolean _ = reader.join(AFTER_THE_END);
            if (process.exitValue() != 0) {
                throw new PowerUnavailableException(
                        tool + " ended with exit code " + process.exitValue() + ": " + PowerText.shown(capture.text()),
                        false);
            }
            return capture.text();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            reader.interrupt();
            hanging = process;
        }
    }

    private static Process start(List<String> command) throws PowerUnavailableException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        builder.environment().put("LC_ALL", "C");
        try {
            return builder.start();
        } catch (IOException e) {
            throw new PowerUnavailableException(
                    "cannot run " + command.getFirst() + " on this node: " + e.getMessage(), true);
        }
    }

    /** Reads the output to its end; what exceeds the limit is discarded. */
    private static final class Capture implements Runnable {
        private final InputStream stream;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Capture(InputStream stream) {
            this.stream = stream;
        }

        @Override
        public void run() {
            byte[] chunk = new byte[CHUNK_BYTES];
            try (stream) {
                for (int read = stream.read(chunk); read >= 0; read = stream.read(chunk)) {
                    synchronized (bytes) {
                        bytes.write(chunk, 0, Math.min(read, OUTPUT_BYTES - bytes.size()));
                    }
                }
            } catch (IOException e) {
                // The tool was killed; its output is not used.
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
