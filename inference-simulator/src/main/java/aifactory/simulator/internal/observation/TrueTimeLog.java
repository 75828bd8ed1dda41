package aifactory.simulator.internal.observation;

import aifactory.simulator.RequestTimes;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The true times of the first requests that are admitted, in memory until they are written. A request is logged when it
 * ends, however it ends.
 * Thread-safe.
 */
public final class TrueTimeLog {
    private final int maxRequests;
    private final AtomicLong begun = new AtomicLong();

    @GuardedBy("ended")
    private final List<RequestTimes> ended = new ArrayList<>();

    /** A log of so many requests; 0 keeps none. */
    public TrueTimeLog(int maxRequests) {
        this.maxRequests = maxRequests;
    }

    /** Whether anything is kept at all. */
    public boolean isOn() {
        return maxRequests > 0;
    }

    /** The stamps of a request that is admitted; null when the log is off or full. */
    public @Nullable StampList begin() {
        return isOn() && begun.getAndIncrement() < maxRequests ? new StampList() : null;
    }

    /** Keeps the times of a request that has ended. */
    public void end(RequestTimes times) {
        synchronized (ended) {
            ended.add(times);
        }
    }

    /** Requests that were left out because the log was full. */
    public long unloggedRequests() {
        return isOn() ? Math.max(0, begun.get() - maxRequests) : 0;
    }

    /** The requests that have ended, in the order of their end. */
    public List<RequestTimes> requests() {
        synchronized (ended) {
            return List.copyOf(ended);
        }
    }

    /**
     * Writes one JSON object a line: {@code index}, {@code request_id}, {@code received_ns}, {@code chunk_ns}.
     *
     * @throws UncheckedIOException names the file
     */
    public void write(Path file) {
        try (Writer writer = Files.newBufferedWriter(file)) {
            for (RequestTimes times : requests()) {
                writer.write(line(times));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot write the log of true times to " + file + ": " + e.getMessage()
                            + "; give a file in a directory that you may write to",
                    e);
        }
    }

    private static String line(RequestTimes times) {
        StringBuilder line = new StringBuilder(64 + 16 * times.chunkNanos().length);
        line.append("{\"index\":").append(times.index());
        // Identifiers are restricted to characters that JSON takes as they are.
        line.append(",\"request_id\":\"").append(times.requestId()).append('"');
        line.append(",\"received_ns\":").append(times.receivedNanos());
        line.append(",\"chunk_ns\":[");
        for (int i = 0; i < times.chunkNanos().length; i++) {
            line.append(i == 0 ? "" : ",").append(times.chunkNanos()[i]);
        }
        return line.append("]}\n").toString();
    }
}
