package aifactory.server.power;

import aifactory.measurement.EnergyIntegral;
import aifactory.measurement.MonotonicClock;
import aifactory.node.waiting.Signal;
import aifactory.protocol.PowerReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Samples the power of the node's devices once per second on a separate thread, and less often with tools that take
 * long, so that sampling uses at most a fifth of one core. Samples are summed up to energy; its memory does not grow.
 *
 * <p>Thread-safe.
 */
public final class PowerSampler {
    private static final Logger LOG = LoggerFactory.getLogger(PowerSampler.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int PAUSE_PER_WORK = 4;
    private static final double NANOS_PER_SECOND = 1e9;

    private final PowerSource source;
    private final MonotonicClock clock;
    private final Map<String, Device> devices = new LinkedHashMap<>();
    private @Nullable String problem;

    private static final class Device {
        private final PowerReading first;
        private final String source;
        private final EnergyIntegral energy = new EnergyIntegral();
        private long lastNanos;
        private boolean silent;

        Device(PowerReading first, String source) {
            this.first = first;
            this.source = source;
        }
    }

    PowerSampler(PowerSource source, MonotonicClock clock) {
        this.source = source;
        this.clock = clock;
    }

    /** The samplers of a node: its GPUs and its CPUs, each with a thread until it is closed. */
    public static Samplers start(MonotonicClock clock) {
        NodeTools tools = new NodeTools(PATIENCE);
        PowerSource gpus =
                new GpuPower(List.of(new NvidiaSmiPower(tools), new AmdSmiPower(tools), new RocmSmiPower(tools)));
        return new Samplers(List.of(
                new PowerSampler(gpus, clock), new PowerSampler(new CpuEnergy(CpuEnergy.POWERCAP, clock), clock)));
    }

    /** Several samplers with a thread each. */
    public static final class Samplers implements AutoCloseable {
        private final Signal closed = new Signal();
        private final List<PowerSampler> samplers;

        private Samplers(List<PowerSampler> samplers) {
            this.samplers = samplers;
            samplers.forEach(sampler ->
                    Thread.ofPlatform().daemon().name("power-sampler").start(() -> sampler.run(closed)));
        }

        /** The energy until now; null before the first reading. */
        public @Nullable PowerReport report() {
            List<PowerReport> reports = samplers.stream()
                    .map(PowerSampler::report)
                    .filter(Objects::nonNull)
                    .toList();
            return reports.isEmpty()
                    ? null
                    : new PowerReport(
                            reports.stream()
                                    .flatMap(each -> each.devices().stream())
                                    .toList(),
                            reports.stream()
                                    .flatMap(each -> each.problems().stream())
                                    .toList());
        }

        @Override
        public void close() {
            closed.raise();
        }
    }

    private void run(Signal closed) {
        try {
            Duration pause = sample();
            while (pause != null && !closed.await(pause)) {
                pause = sample();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("sampling the power failed; this is a defect of the program", e);
            tell("sampling the power failed, a defect of this program: " + e);
        }
    }

    /** Takes one sample. @return the time to the next one; null if there is no use in it */
    @Nullable
    Duration sample() throws InterruptedException {
        long start = clock.nanoTime();
        try {
            List<PowerReading> readings = source.read();
            long end = clock.nanoTime();
            add(readings, start + (end - start) / 2);
            Duration rest = Duration.ofNanos(PAUSE_PER_WORK * (end - start));
            return rest.compareTo(PERIOD) > 0 ? rest : PERIOD;
        } catch (PowerUnavailableException e) {
            tell(e.reason());
            return e.isLasting() ? null : AFTER_FAILURE;
        }
    }

    private synchronized void tell(String reason) {
        if (!reason.equals(problem)) {
            LOG.info("power is not sampled: {}", reason);
        }
        problem = reason;
    }

    private synchronized void add(List<PowerReading> readings, long nanos) {
        problem = null;
        for (PowerReading reading : readings) {
            if (devices.size() >= PowerReport.MAXIMUM_DEVICES / 2 && !devices.containsKey(reading.id())) {
                continue;
            }
            Device device = devices.computeIfAbsent(reading.id(), _ -> new Device(reading, source.name()));
            Double watts = reading.watts();
            device.silent = watts == null;
            if (watts != null) {
                device.energy.addPower(nanos, watts);
                device.lastNanos = nanos;
            }
        }
    }

    /** The energy until now; null before the first reading. */
    synchronized @Nullable PowerReport report() {
        long now = clock.nanoTime();
        List<PowerReport.Device> reported = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        if (problem != null) {
            problems.add(problem);
        }
        devices.forEach((id, device) -> {
            if (device.energy.coveredNanos() > 0) {
                reported.add(new PowerReport.Device(
                        id,
                        device.first.kind(),
                        device.first.name(),
                        device.source,
                        device.energy.joules(),
                        device.energy.coveredNanos() / NANOS_PER_SECOND,
                        (now - device.lastNanos) / NANOS_PER_SECOND));
            } else if (device.silent && device.first.kind() == PowerReport.Kind.GPU && problems.size() < 8) {
                problems.add(device.source + " reports no power of " + id);
            }
        });
        return reported.isEmpty() && problems.isEmpty() ? null : new PowerReport(reported, problems);
    }
}
