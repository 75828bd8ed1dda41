package aifactory.servermetrics;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of all known engines. Read from {@code engines.json}, to which a site can add a file of the same form
 * for engines that are not in it. Immutable.
 */
public final class EngineTable {
    private final List<EngineMetrics> engines;
    private final Set<String> names = new HashSet<>();

    private EngineTable(List<EngineMetrics> engines) {
        this.engines = List.copyOf(engines);
        engines.forEach(engine -> names.addAll(engine.sampleNames()));
    }

    /** The engines that this version knows. */
    public static EngineTable builtIn() {
        return BuiltIn.TABLE;
    }

    /**
     * This table with the engines of a site's file before its own.
     *
     * @param json see docs/results.md
     * @throws IllegalArgumentException if the text is not such a file; the message names the member and the remedy
     */
    public EngineTable with(String json) {
        List<EngineMetrics> all = new ArrayList<>(EngineTableFile.read(json));
        all.addAll(engines);
        return new EngineTable(all);
    }

    /** Names of the engines, those of a site's file first. */
    public List<String> engineNames() {
        return engines.stream().map(EngineMetrics::name).toList();
    }

    /** The metric that is read first for a figure of an engine; empty if the engine does not report the figure. */
    Optional<String> metricName(String engine, ServerFigure figure) {
        return engines.stream()
                .filter(candidate -> candidate.name().equals(engine))
                .findFirst()
                .flatMap(candidate -> candidate.metricName(figure));
    }

    /**
     * Reads one response.
     *
     * @param text in the Prometheus text format
     * @return of the engine of which most figures are present; empty if the text has no metric of any engine
     */
    public Optional<ServerReading> read(String text) {
        Exposition exposition = Exposition.parse(text, names::contains);
        ServerReading best = null;
        for (EngineMetrics engine : engines) {
            ServerReading reading = engine.read(exposition);
            if (figures(reading) > figures(best)) {
                best = reading;
            }
        }
        return Optional.ofNullable(best);
    }

    private static int figures(@Nullable ServerReading reading) {
        return reading == null
                ? 0
                : reading.values().size() + reading.durations().size();
    }

    /** Initialised on first use. */
    private static final class BuiltIn {
        static final EngineTable TABLE = load();

        private static EngineTable load() {
            try (InputStream in = Objects.requireNonNull(EngineTable.class.getResourceAsStream("engines.json"))) {
                return new EngineTable(EngineTableFile.read(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
