package aifactory.client.gpu;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Asks {@code nvidia-smi}, which every driver of NVIDIA brings along. In a Slurm job it sees the GPUs that the job was
 * given, where the site confines devices, and all of the node elsewhere.
 */
public final class NvidiaSmi implements GpuQuery {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int OUTPUT_BYTES = 64 << 10;
    private static final List<String> COMMAND =
            List.of("nvidia-smi", "--query-gpu=" + NvidiaSmiOutput.FIELDS, "--format=csv,noheader,nounits");

    @Override
    public List<GpuReading> read() throws GpuUnavailableException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(COMMAND)
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .start();
        } catch (IOException e) {
            throw new GpuUnavailableException(
                    "this node has no nvidia-smi, so GPU metrics are not available (" + e.getMessage() + ")", true);
        }
        try (InputStream output = process.getInputStream()) {
            // If the driver hangs, nvidia-smi hangs too, and so would a thread that waits for its output.
            Thread watch = Thread.ofVirtual().start(() -> killLate(process));
            String text = new String(output.readNBytes(OUTPUT_BYTES), StandardCharsets.UTF_8);
            int code = process.waitFor();
            watch.join();
            return NvidiaSmiOutput.parse(text, code);
        } catch (IOException e) {
            throw new GpuUnavailableException("nvidia-smi cannot be read: " + e.getMessage(), false);
        } finally {
            process.destroyForcibly();
        }
    }

    private static void killLate(Process process) {
        try {
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
