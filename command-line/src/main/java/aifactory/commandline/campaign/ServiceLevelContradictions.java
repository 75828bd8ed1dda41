package aifactory.commandline.campaign;

import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.load.ServiceLevel;
import java.nio.file.Path;
import java.util.List;

/** Finds limits that contradict each other. Stateless. */
final class ServiceLevelContradictions {
    /** Each is at most the next, for any measurement. */
    private static final List<String> ASCENDING = List.of("min", "p50", "p90", "p95", "p99", "p99_9", "max");

    private ServiceLevelContradictions() {}

    /**
     * Refuses limits that can never decide because a stricter limit exists, and different limits on one value.
     *
     * @param others limits elsewhere in the file that hold for the same runs
     */
    static void check(Path path, List<ServiceLevel> levels, List<ServiceLevel> others) {
        for (ServiceLevel level : levels) {
            for (ServiceLevel other : levels) {
                int lower = ASCENDING.indexOf(level.statistic());
                int upper = ASCENDING.indexOf(other.statistic());
                if (level.metric() == other.metric()
                        && lower >= 0
                        && lower < upper
                        && level.limitMilliseconds() > other.limitMilliseconds()) {
                    throw CommandFailure.wrongInput(
                            "the limits in " + path + " contradict each other: " + name(level) + " may be "
                                    + level.limitMilliseconds() + " ms, but is never more than " + name(other)
                                    + ", which may only be "
                                    + other.limitMilliseconds() + " ms");
                }
            }
            for (ServiceLevel other : others) {
                if (name(level).equals(name(other)) && level.limitMilliseconds() != other.limitMilliseconds()) {
                    throw CommandFailure.wrongInput("the limits in " + path + " contradict each other: " + name(level)
                            + " is " + level.limitMilliseconds() + " ms in find_capacity and "
                            + other.limitMilliseconds() + " ms in slo");
                }
            }
        }
    }

    private static String name(ServiceLevel level) {
        return level.metric().jsonName() + "." + level.statistic();
    }
}
