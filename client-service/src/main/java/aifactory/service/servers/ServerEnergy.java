package aifactory.service.servers;

import aifactory.measurement.EnergyCurve;
import aifactory.protocol.EnergySummary;
import aifactory.protocol.PowerReport;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The energy of the nodes of a group's servers, as their processes report it. A device that several processes of a node
 * report counts once. Guarded by the group's lock.
 */
public final class ServerEnergy {
    /** The power just before a run is that without load. */
    private static final long IDLE_NANOS = 10_000_000_000L;

    private static final double SHORTEST_IDLE_SECONDS = 2;
    private static final double NANOS_PER_SECOND = 1e9;
    /** The last report of a run may not have arrived when the run ends. */
    private static final double COMPLETE_SHARE = 0.9;

    private static final int MOST_CURVES = 4_096;
    private static final int MOST_NOTES = 16;

    private final Map<Key, Device> devices = new TreeMap<>();
    private final Map<Integer, Set<String>> problems = new TreeMap<>();

    private record Key(String node, String id) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byNode = node.compareTo(other.node);
            return byNode == 0 ? id.compareTo(other.id) : byNode;
        }
    }

    private static final class Device {
        private final int process;
        private final PowerReport.Device told;
        private final EnergyCurve curve = new EnergyCurve();

        Device(int process, PowerReport.Device told) {
            this.process = process;
            this.told = told;
        }
    }

    /**
     * A process has reported.
     *
     * @param nowNanos the service's time since 1970
     * @param busy whether a run needs what was before
     */
    void take(int process, String node, @Nullable PowerReport power, long nowNanos, boolean busy) {
        if (power == null) {
            return;
        }
        Set<String> reasons = new LinkedHashSet<>();
        power.problems().forEach(problem -> reasons.add(node + ": " + problem));
        problems.put(process, reasons);
        for (PowerReport.Device told : power.devices()) {
            Key key = new Key(node, told.id());
            if (devices.size() >= MOST_CURVES && !devices.containsKey(key)) {
                continue;
            }
            Device device = devices.computeIfAbsent(key, _ -> new Device(process, told));
            if (device.process == process) {
                long readNanos = nowNanos - (long) (told.ageS() * NANOS_PER_SECOND);
                device.curve.add(readNanos, told.energyJ(), told.coveredS());
                if (!busy) {
                    device.curve.keepFrom(nowNanos - 2 * IDLE_NANOS);
                }
            }
        }
    }

    void forget() {
        devices.clear();
        problems.clear();
    }

    /**
     * The energy of a window, without what depends on the requests.
     *
     * @param startNanos T0 of the run, since 1970
     * @param fromNanos of the measured window, since 1970
     */
    public EnergySummary between(long startNanos, long fromNanos, long toNanos) {
        double seconds = Math.max(0, (toNanos - fromNanos) / NANOS_PER_SECOND);
        List<EnergySummary.Device> all = new ArrayList<>();
        devices.forEach((key, device) -> all.add(summary(key, device, startNanos, fromNanos, toNanos)));
        Set<String> notes = new LinkedHashSet<>();
        problems.values().forEach(notes::addAll);
        for (EnergySummary.Device device : all) {
            if (device.coveredShare() < COMPLETE_SHARE) {
                notes.add(device.node() + ": the power of " + device.id() + " is known for "
                        + Math.round(100 * device.coveredShare()) + " % of the window");
            }
        }
        boolean complete = !all.isEmpty() && all.stream().allMatch(device -> device.coveredShare() >= COMPLETE_SHARE);
        Double gpus = complete ? joules(all, PowerReport.Kind.GPU) : null;
        Double cpus = complete ? joules(all, PowerReport.Kind.CPU) : null;
        Double total = complete ? Double.valueOf((gpus == null ? 0 : gpus) + (cpus == null ? 0 : cpus)) : null;
        Double idle = complete ? idleWatts(all) : null;
        return new EnergySummary(
                seconds,
                total,
                total == null ? null : total / EnergySummary.JOULES_PER_WATT_HOUR,
                gpus,
                cpus,
                idle,
                idle == null ? null : idle * seconds,
                null,
                null,
                null,
                null,
                null,
                null,
                all,
                notes.stream().limit(MOST_NOTES).toList());
    }

    private static EnergySummary.Device summary(Key key, Device device, long startNanos, long fromNanos, long toNanos) {
        double seconds = (toNanos - fromNanos) / NANOS_PER_SECOND;
        EnergyCurve.Stretch window = device.curve.between(fromNanos, toNanos);
        EnergyCurve.Stretch before = device.curve.between(startNanos - IDLE_NANOS, startNanos);
        double mean = window.coveredSeconds() <= 0 ? Double.NaN : window.joules() / window.coveredSeconds();
        double share = seconds <= 0 ? 0 : Math.min(1, window.coveredSeconds() / seconds);
        return new EnergySummary.Device(
                key.node(),
                key.id(),
                device.told.kind(),
                device.told.name(),
                device.told.source(),
                share,
                // By the mean power: the times of readings at the service are less regular than on the node.
                share >= COMPLETE_SHARE ? mean * seconds : window.joules(),
                Double.isNaN(mean) ? null : mean,
                before.coveredSeconds() < SHORTEST_IDLE_SECONDS ? null : before.joules() / before.coveredSeconds());
    }

    private static @Nullable Double joules(List<EnergySummary.Device> all, PowerReport.Kind kind) {
        List<EnergySummary.Device> ofKind =
                all.stream().filter(device -> device.kind() == kind).toList();
        return ofKind.isEmpty()
                ? null
                : Double.valueOf(ofKind.stream()
                        .mapToDouble(EnergySummary.Device::joules)
                        .sum());
    }

    private static @Nullable Double idleWatts(List<EnergySummary.Device> all) {
        double total = 0;
        for (EnergySummary.Device device : all) {
            Double watts = device.idleWatts();
            if (watts == null) {
                return null;
            }
            total += watts;
        }
        return total;
    }
}
