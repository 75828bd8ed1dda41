package aifactory.measurement;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the clients of a run measured, merged as it comes in. Histograms are added, counts are summed: the
 * result does not depend on the order, nor on how the load was divided over clients.
 *
 * <p>Each interval and each record is to be added once. Not thread-safe.
 */
public final class RunAggregate {
    /** Far more than there are kinds of failures; each is a member of the result. */
    private static final int MOST_CAUSES = 200;

    private final Set<String> causes = new HashSet<>();
    private final MetricHistograms histograms = new MetricHistograms();
    private final ClientShares clientShares = new ClientShares();
    private final Timeline timeline = new Timeline();
    private final SortedMap<Integer, PartAggregate> clients = new TreeMap<>();
    private final SortedMap<Integer, ClientHealthAggregate> clientHealth = new TreeMap<>();
    private final List<PartAggregate> targets = new ArrayList<>();
    private final List<PartAggregate> models = new ArrayList<>();
    private final ToIntFunction<RequestRecord> modelOf;
    private final SendingSpan sendingSpan = new SendingSpan();
    private final RequestObservations observations = new RequestObservations();
    private final Set<TokenSource> tokenSources = EnumSet.noneOf(TokenSource.class);
    private final ErrorCauses errorCauses = new ErrorCauses();
    private final ResponseTotals responses = new ResponseTotals();
    private RequestCounts all = RequestCounts.NONE;
    private RequestCounts measured = RequestCounts.NONE;

    /**
     * @param targetCount how many AI servers the run asks
     */
    public RunAggregate(int targetCount) {
        this(targetCount, 0, _ -> 0);
    }

    /**
     * @param modelCount how many models the run asks for, where there are several; 0 for one
     * @param modelOf the model of a request by its number, below the count
     */
    public RunAggregate(int targetCount, int modelCount, ToIntFunction<RequestRecord> modelOf) {
        this.modelOf = modelOf;
        for (int i = 0; i < modelCount; i++) {
            models.add(new PartAggregate());
        }
        for (int i = 0; i < targetCount; i++) {
            targets.add(new PartAggregate());
        }
    }

    /**
     * Counts in trial: refuses what cannot be added to what is there already.
     *
     * @param interval null where there are only records
     * @throws IllegalArgumentException names what would be beyond a bound
     */
    public void check(@Nullable IntervalMeasurement interval, List<RequestRecord> records) {
        Set<String> together = new HashSet<>(causes);
        for (RequestRecord record : records) {
            if (record.error() != null) {
                together.add(record.error());
            }
        }
        if (interval != null) {
            together.addAll(interval.all().errors().keySet());
            together.addAll(interval.measured().errors().keySet());
            if (all.plus(interval.all()).largest() == Long.MAX_VALUE
                    || measured.plus(interval.measured()).largest() == Long.MAX_VALUE) {
                throw new IllegalArgumentException("the run's counts would be beyond 64 bits");
            }
            for (Metric metric : Metric.values()) {
                interval.histograms().recorded(metric).ifPresent(histogram -> checkRoom(metric, histogram));
            }
        }
        if (together.size() > MOST_CAUSES) {
            throw new IllegalArgumentException("the run would have more than " + MOST_CAUSES + " causes of failures");
        }
    }

    private void checkRoom(Metric metric, LatencyHistogram histogram) {
        boolean room = histograms
                .recorded(metric)
                .map(known -> known.hasRoomFor(histogram))
                .orElse(true);
        if (!room) {
            throw new IllegalArgumentException("the run's sum of " + metric.jsonName() + " would be beyond 64 bits");
        }
    }

    /** Adds one interval of one client. */
    public void add(int client, IntervalMeasurement interval) {
        histograms.add(interval.histograms());
        clientShares.add(interval.shares());
        timeline.add(interval);
        causes.addAll(interval.all().errors().keySet());
        causes.addAll(interval.measured().errors().keySet());
        all = all.plus(interval.all());
        measured = measured.plus(interval.measured());
        PartAggregate part = clients.computeIfAbsent(client, number -> new PartAggregate());
        part.add(interval.measured());
        part.addShares(interval.shares());
        for (Metric metric : Metric.values()) {
            interval.histograms().recorded(metric).ifPresent(histogram -> part.add(metric, histogram));
        }
        clientHealth
                .computeIfAbsent(client, number -> new ClientHealthAggregate())
                .add(interval.health());
    }

    /**
     * Adds request records, for what is not in the intervals: the breakdown by AI server, when requests were sent, how
     * they ended.
     */
    public void addRecords(List<RequestRecord> records) {
        for (RequestRecord record : records) {
            if (record.error() != null) {
                causes.add(record.error());
            }
            observations.add(record);
            if (record.phase() == RunPhase.MEASURED) {
                sendingSpan.add(record);
                responses.add(record);
                if (record.outcome() == RequestOutcome.FAILED) {
                    errorCauses.add(record);
                }
                if (record.tokenSource() != null) {
                    tokenSources.add(record.tokenSource());
                }
                if (record.target() >= 0 && record.target() < targets.size()) {
                    addToPart(targets.get(record.target()), record);
                }
                if (!models.isEmpty()) {
                    addToPart(models.get(modelOf.applyAsInt(record)), record);
                }
            }
        }
    }

    private static void addToPart(PartAggregate target, RequestRecord record) {
        boolean completed = record.outcome() == RequestOutcome.COMPLETED;
        boolean failed = record.outcome() == RequestOutcome.FAILED;
        String error = record.error() == null ? "unknown" : record.error();
        target.add(new RequestCounts(
                1,
                record.startedNanos() == null ? 0 : 1,
                completed ? 1 : 0,
                failed ? 1 : 0,
                record.outcome() == RequestOutcome.CANCELLED ? 1 : 0,
                0,
                completed ? record.inputTokens() : 0,
                completed ? record.outputTokens() : 0,
                completed ? record.chunks() : 0,
                failed ? Map.of(error, 1L) : Map.of()));
        target.addDocument(record);
        Long started = record.startedNanos();
        Long done = record.doneNanos();
        if (!completed || started == null || done == null) {
            return;
        }
        target.record(Metric.E2EL, LatencyFormulas.endToEndLatencyNanos(started, done));
        Long first = record.firstChunkNanos();
        if (first != null) {
            target.record(Metric.TTFT, LatencyFormulas.timeToFirstTokenNanos(started, first));
            if (LatencyFormulas.hasTimePerOutputToken(record.outputTokens())) {
                target.record(Metric.TPOT, LatencyFormulas.timePerOutputTokenNanos(first, done, record.outputTokens()));
            }
        }
    }

    /** Of completed requests of the measured window, over all clients. */
    public MetricHistograms histograms() {
        return histograms;
    }

    /** What the clients themselves may have added to the latencies. */
    public ClientShares clientShares() {
        return clientShares;
    }

    public Timeline timeline() {
        return timeline;
    }

    /** Requests of every phase. */
    public RequestCounts all() {
        return all;
    }

    /** Requests of the measured window. */
    public RequestCounts measured() {
        return measured;
    }

    /** By the client's number. */
    public SortedMap<Integer, PartAggregate> clients() {
        return Collections.unmodifiableSortedMap(clients);
    }

    /** By the client's number. */
    public SortedMap<Integer, ClientHealthAggregate> clientHealth() {
        return Collections.unmodifiableSortedMap(clientHealth);
    }

    /** In the order of the run's AI servers. */
    public List<PartAggregate> targets() {
        return Collections.unmodifiableList(targets);
    }

    /** In the order of the run's models; empty where there is one. */
    public List<PartAggregate> models() {
        return Collections.unmodifiableList(models);
    }

    /** Why requests of the measured window failed. */
    public ErrorCauses errorCauses() {
        return errorCauses;
    }

    /** The properties of the responses to the requests of the measured window. */
    public ResponseTotals responses() {
        return responses;
    }

    /** What the findings need of the request records. */
    public RequestObservations observations() {
        return observations;
    }

    public SendingSpan sendingSpan() {
        return sendingSpan;
    }

    /** The source of the output token counts; the least certain of several, null if there is no source. */
    public @Nullable TokenSource tokenSource() {
        TokenSource least = null;
        for (TokenSource source : tokenSources) {
            least = source;
        }
        return least;
    }
}
