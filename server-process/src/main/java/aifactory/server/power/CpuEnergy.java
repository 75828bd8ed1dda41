package aifactory.server.power;

import aifactory.measurement.MonotonicClock;
import aifactory.protocol.PowerReport;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Power of the CPU packages from their energy counters (RAPL) in {@code /sys/class/powercap}, as the mean since the
 * previous reading. The counters wrap around. On most systems only root may read them.
 */
final class CpuEnergy implements PowerSource {
    static final Path POWERCAP = Path.of("/sys/class/powercap");

    private static final String PACKAGES = "intel-rapl:[0-9]*";
    private static final double MICROJOULES_PER_JOULE = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    private final Path directory;
    private final MonotonicClock clock;
    private final Map<Path, Counter> before = new HashMap<>();

    private record Counter(long microjoules, long nanos) {}

    CpuEnergy(Path directory, MonotonicClock clock) {
        this.directory = directory;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "RAPL";
    }

    @Override
    public List<PowerReading> read() throws PowerUnavailableException {
        List<PowerReading> readings = new ArrayList<>();
        try (DirectoryStream<Path> zones = Files.newDirectoryStream(directory, PACKAGES)) {
            for (Path zone : zones) {
                // Parts of a package, such as its memory, have a second number.
                String name = zone.getFileName().toString().indexOf(':')
                                == zone.getFileName().toString().lastIndexOf(':')
                        ? Files.readString(zone.resolve("name")).strip()
                        : "";
                if (name.startsWith("package-")) {
                    readings.add(new PowerReading(name, PowerReport.Kind.CPU, "CPU " + name, watts(zone)));
                }
            }
        } catch (IOException e) {
            throw new PowerUnavailableException(
                    "the energy counters of the CPUs cannot be read (" + e + "); on most systems only root may", true);
        } catch (NumberFormatException e) {
            throw new PowerUnavailableException(
                    "an energy counter of the CPUs is not a number: " + e.getMessage(), true);
        }
        if (readings.isEmpty()) {
            throw new PowerUnavailableException("this node has no energy counters of CPUs in " + directory, true);
        }
        return readings;
    }

    /** Null at the first reading. */
    private @Nullable Double watts(Path zone) throws IOException {
        Counter now = new Counter(number(zone.resolve("energy_uj")), clock.nanoTime());
        Counter last = before.put(zone, now);
        if (last == null || now.nanos <= last.nanos) {
            return null;
        }
        long grown = now.microjoules - last.microjoules;
        if (grown < 0) {
            grown += number(zone.resolve("max_energy_range_uj"));
        }
        return grown < 0 ? null : grown / MICROJOULES_PER_JOULE / ((now.nanos - last.nanos) / NANOS_PER_SECOND);
    }

    private static long number(Path file) throws IOException {
        return Long.parseLong(Files.readString(file).strip());
    }
}
