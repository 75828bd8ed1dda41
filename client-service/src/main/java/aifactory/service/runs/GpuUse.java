package aifactory.service.runs;

import aifactory.protocol.GpuMessage;
import aifactory.protocol.GpuSummary;
import aifactory.protocol.RunSummary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Aggregates the GPU samples of the clients. Its size depends on the number of GPUs and not on the length of the run.
 * Guarded by the group's lock.
 */
public final class GpuUse {
    private static final int MOST_POINTS = 120;
    /** Of clients with the same problem; more are one note. */
    private static final int MOST_NOTES = 8;

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double SECONDS_PER_HOUR = 3600;

    private final SortedMap<Integer, SortedMap<Integer, Device>> devices = new TreeMap<>();
    private final SortedMap<Integer, String> problems = new TreeMap<>();

    /**
     * Adds one interval of a client.
     *
     * @param startNanos of the interval, since T0
     * @param endNanos likewise
     */
    public void add(int client, long startNanos, long endNanos, GpuMessage message) {
        String problem = message.problem();
        if (problem != null) {
            problems.put(client, problem);
        }
        SortedMap<Integer, Device> own = devices.computeIfAbsent(client, number -> new TreeMap<>());
        for (GpuMessage.Gpu gpu : message.gpus()) {
            if (own.containsKey(gpu.index()) || own.size() < GpuMessage.MAXIMUM_GPUS) {
                own.computeIfAbsent(gpu.index(), index -> new Device(gpu))
                        .add(gpu, startNanos / NANOS_PER_SECOND, (endNanos - startNanos) / NANOS_PER_SECOND);
            }
        }
    }

    /** @return null if no client samples */
    public @Nullable GpuSummary summary(Map<Integer, String> clientNames) {
        if (devices.isEmpty()) {
            return null;
        }
        Map<String, List<String>> clientsByProblem = new LinkedHashMap<>();
        List<GpuSummary.Gpu> gpus = new ArrayList<>();
        devices.forEach((client, own) -> {
            String name = clientNames.getOrDefault(client, "client " + client);
            String problem = problems.get(client);
            if (problem != null) {
                clientsByProblem
                        .computeIfAbsent(problem, any -> new ArrayList<>())
                        .add(name);
            }
            own.values().forEach(device -> gpus.add(device.summary(name)));
        });
        return new GpuSummary(notes(clientsByProblem), gpus);
    }

    /** A note for each of a few clients with the same problem, and one for all where they are many. */
    private List<String> notes(Map<String, List<String>> clientsByProblem) {
        List<String> notes = new ArrayList<>();
        clientsByProblem.forEach((problem, names) -> {
            if (names.size() <= MOST_NOTES) {
                names.forEach(name -> notes.add(name + ": " + problem));
            } else {
                notes.add(names.size() + " of " + devices.size() + " clients (" + RunSummary.Clients.names(names)
                        + "): " + problem);
            }
        });
        return notes;
    }

    /** A stretch of time, all its values sums. */
    private static final class Stretch {
        private double second;
        private int count;
        private double utilization;
        private double memory;
        private double power;
        private int powerCount;

        void add(Stretch later) {
            count += later.count;
            utilization += later.utilization;
            memory = Math.max(memory, later.memory);
            power += later.power;
            powerCount += later.powerCount;
        }

        GpuSummary.Point point() {
            return new GpuSummary.Point(
                    second, utilization / count, memory, powerCount == 0 ? null : power / powerCount);
        }
    }

    private static final class Device {
        private final GpuMessage.Gpu first;
        private final List<Stretch> stretches = new ArrayList<>();
        private final Stretch whole = new Stretch();
        /** Intervals in one stretch; doubled when there are too many stretches. */
        private int perStretch = 1;

        private double utilizationMax;
        private @Nullable Double powerMax;
        private double sampledSeconds;

        Device(GpuMessage.Gpu first) {
            this.first = first;
        }

        void add(GpuMessage.Gpu gpu, double second, double seconds) {
            Stretch interval = new Stretch();
            interval.second = second;
            interval.count = 1;
            interval.utilization = gpu.utilizationPercent();
            interval.memory = gpu.memoryUsedMib();
            Double watts = gpu.powerWatts();
            if (watts != null) {
                interval.power = watts;
                interval.powerCount = 1;
                powerMax = powerMax == null ? watts : Math.max(powerMax, watts);
                sampledSeconds += Math.max(0, seconds);
            }
            utilizationMax = Math.max(utilizationMax, gpu.utilizationPercent());
            whole.add(interval);
            if (stretches.isEmpty() || stretches.getLast().count >= perStretch) {
                stretches.add(interval);
            } else {
                stretches.getLast().add(interval);
            }
            if (stretches.size() > MOST_POINTS) {
                halve();
            }
        }

        private void halve() {
            List<Stretch> wider = new ArrayList<>();
            for (int i = 0; i < stretches.size(); i += 2) {
                Stretch stretch = stretches.get(i);
                if (i + 1 < stretches.size()) {
                    stretch.add(stretches.get(i + 1));
                }
                wider.add(stretch);
            }
            stretches.clear();
            stretches.addAll(wider);
            perStretch *= 2;
        }

        GpuSummary.Gpu summary(String client) {
            Double mean = whole.powerCount == 0 ? null : whole.power / whole.powerCount;
            return new GpuSummary.Gpu(
                    client,
                    first.index(),
                    first.name(),
                    whole.count,
                    whole.utilization / whole.count,
                    utilizationMax,
                    whole.memory,
                    first.memoryTotalMib(),
                    mean,
                    powerMax,
                    mean == null ? null : mean * sampledSeconds / SECONDS_PER_HOUR,
                    stretches.stream().map(Stretch::point).toList());
        }
    }
}
