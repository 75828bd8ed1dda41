package aifactory.protocol;

import java.util.List;
import java.util.Objects;

/**
 * The energy that the devices of a node have used since the server process started, part of a {@link ServerReport}. The
 * counters grow, so that a lost report loses no energy.
 *
 * @param devices that report their power
 * @param problems one for each source that reports nothing, for users
 */
public record PowerReport(List<Device> devices, List<String> problems) {
    /** Maximum number of devices that one server process may report. */
    public static final int MAXIMUM_DEVICES = 128;

    /** Maximum number of problems that one server process may report. */
    public static final int MAXIMUM_PROBLEMS = 16;

    public PowerReport {
        devices = List.copyOf(Objects.requireNonNullElse(devices, List.of()));
        problems = List.copyOf(Objects.requireNonNullElse(problems, List.of()));
    }

    /** What uses the energy. */
    public enum Kind {
        GPU,
        CPU
    }

    /**
     * One device.
     *
     * @param id unique on its node: the device's own identifier where it has one
     * @param name of the product, for users
     * @param source the tool that reads it, for instance {@code nvidia-smi}
     * @param energyJ since the first reading, without gaps
     * @param coveredS the time since the first reading, without gaps
     * @param ageS from the latest reading to this report
     */
    public record Device(
            String id, Kind kind, String name, String source, double energyJ, double coveredS, double ageS) {}
}
