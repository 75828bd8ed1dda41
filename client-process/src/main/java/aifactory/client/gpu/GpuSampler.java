package aifactory.client.gpu;

import aifactory.client.progress.LogContext;
import aifactory.client.waiting.Sleeper;
import aifactory.node.waiting.Signal;
import aifactory.protocol.GpuMessage;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Samples the node's GPUs once per second on a separate thread, never on an event loop, and hands over the samples
 * since the last call. Samples that are not collected are aggregated, not kept: its memory does not grow.
 */
public final class GpuSampler implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofSeconds(1);
    /** After a failure; a driver that hangs need not be asked every second. */
    private static final Duration PERIOD_AFTER_FAILURE = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(GpuSampler.class);

    private final GpuQuery query;
    private final Sleeper sleeper;
    private final Signal closed = new Signal();

    @GuardedBy("this")
    private final Map<Integer, Sum> sums = new LinkedHashMap<>();

    @GuardedBy("this")
    private @Nullable String problem;

    /** One GPU since it was last asked about. */
    private static final class Sum {
        private final GpuReading first;
        private int samples;
        private double utilization;
        private double memory;
        private double power;
        private int powerSamples;

        Sum(GpuReading first) {
            this.first = first;
        }

        void add(GpuReading reading) {
            samples++;
            utilization += reading.utilizationPercent();
            memory = Math.max(memory, reading.memoryUsedMib());
            Double watts = reading.powerWatts();
            if (watts != null) {
                power += watts;
                powerSamples++;
            }
        }

        GpuMessage.Gpu mean() {
            return new GpuMessage.Gpu(
                    first.index(),
                    first.name(),
                    utilization / samples,
                    memory,
                    first.memoryTotalMib(),
                    powerSamples == 0 ? null : power / powerSamples);
        }
    }

    GpuSampler(GpuQuery query, Sleeper sleeper) {
        this.query = query;
        this.sleeper = sleeper;
    }

    /** A sampler whose thread runs until it is closed. */
    public static GpuSampler start(GpuQuery query, Sleeper sleeper, LogContext log) {
        GpuSampler sampler = new GpuSampler(query, sleeper);
        Thread ignored = log.start("gpu-sampler", sampler::run);
        return sampler;
    }

    private void run() {
        try {
            boolean more = true;
            while (more) {
                Optional<Duration> pause = sample();
                more = pause.isPresent() && !sleeper.sleep(pause.get(), closed);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes one sample. @return when to take the next; empty when there is no use in it */
    Optional<Duration> sample() throws InterruptedException {
        try {
            List<GpuReading> readings = query.read();
            synchronized (this) {
                problem = null;
                for (GpuReading reading : readings) {
                    sums.computeIfAbsent(reading.index(), index -> new Sum(reading))
                            .add(reading);
                }
            }
            return Optional.of(PERIOD);
        } catch (GpuUnavailableException e) {
            String words = String.valueOf(e.getMessage());
            synchronized (this) {
                if (!words.equals(problem)) {
                    LOG.warn("GPUs are not sampled: {}", words);
                }
                problem = words;
            }
            return e.isLasting() ? Optional.empty() : Optional.of(PERIOD_AFTER_FAILURE);
        }
    }

    /** The samples since the last call; null without samples and without a problem. */
    public synchronized @Nullable GpuMessage take() {
        if (sums.isEmpty()) {
            return problem == null ? null : new GpuMessage(problem, List.of());
        }
        List<GpuMessage.Gpu> gpus = new ArrayList<>();
        sums.values().forEach(sum -> gpus.add(sum.mean()));
        sums.clear();
        return new GpuMessage(null, gpus);
    }

    @Override
    public void close() {
        closed.raise();
    }
}
