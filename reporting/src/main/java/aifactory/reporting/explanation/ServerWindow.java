package aifactory.reporting.explanation;

import aifactory.protocol.RunResult.ServerMetrics;
import aifactory.protocol.RunResult.ServerSample;
import aifactory.servermetrics.ServerFigure;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the AI servers of a run reported within its measured window. Immutable. */
final class ServerWindow {
    private final List<List<ServerSample>> servers = new ArrayList<>();
    private final long completedRequests;

    /**
     * @param startSecond of the measured window, since T0
     * @param completedRequests of the window, as the clients counted them
     */
    ServerWindow(List<ServerMetrics> metrics, double startSecond, double endSecond, long completedRequests) {
        this.completedRequests = completedRequests;
        for (ServerMetrics server : metrics) {
            List<ServerSample> within = server.samples().stream()
                    .filter(sample -> sample.second() >= startSecond - 1 && sample.second() <= endSecond + 1)
                    .toList();
            if (within.size() >= 2) {
                servers.add(within);
            }
        }
    }

    /** The samples of each server. */
    List<List<ServerSample>> servers() {
        return servers;
    }

    /** How much a counter grew over all servers; empty if one of them does not report it. */
    OptionalDouble growth(Function<ServerSample, @Nullable Double> counter) {
        double total = 0;
        for (List<ServerSample> samples : servers) {
            Double first = first(samples, counter);
            Double last = first(samples.reversed(), counter);
            if (first == null || last == null) {
                return OptionalDouble.empty();
            }
            total += last - first;
        }
        return servers.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(total);
    }

    private static @Nullable Double first(List<ServerSample> samples, Function<ServerSample, @Nullable Double> figure) {
        for (ServerSample sample : samples) {
            Double value = figure.apply(sample);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    /** How much a counter grew that is kept among the further figures of a sample. */
    OptionalDouble growth(ServerFigure counter) {
        return growth(sample -> sample.more().get(counter.jsonName()));
    }

    /**
     * The mean of durations in milliseconds. Where a server reports their sum but not their number, the requests that
     * the clients completed are taken as the number.
     */
    OptionalDouble meanMs(ServerFigure durations) {
        OptionalDouble sum = growth(sample -> sample.more().get(durations.jsonName() + "_s"));
        OptionalDouble count = growth(sample -> sample.more().get(durations.jsonName() + "_count"));
        double number = count.orElse(completedRequests);
        return sum.isEmpty() || number <= 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(sum.getAsDouble() / number * 1e3);
    }

    /** Mean over time of a gauge, summed over the servers; empty if one of them does not report it. */
    OptionalDouble mean(Function<ServerSample, @Nullable Double> gauge) {
        double total = 0;
        for (List<ServerSample> samples : servers) {
            OptionalDouble mean = samples.stream()
                    .map(gauge)
                    .filter(Objects::nonNull)
                    .mapToDouble(Double::doubleValue)
                    .average();
            if (mean.isEmpty()) {
                return mean;
            }
            total += mean.getAsDouble();
        }
        return servers.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(total);
    }
}
