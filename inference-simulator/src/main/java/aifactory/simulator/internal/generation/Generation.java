package aifactory.simulator.internal.generation;

import aifactory.simulator.RequestTimes;
import aifactory.simulator.internal.fault.AnswerFaults;
import aifactory.simulator.internal.observation.ServerMetrics;
import aifactory.simulator.internal.observation.ServerMetrics.FinishReason;
import aifactory.simulator.internal.observation.StampList;
import aifactory.simulator.internal.timing.LatencySampler;
import aifactory.simulator.internal.timing.SeededRandomness;
import aifactory.simulator.internal.timing.ServerClock;
import aifactory.simulator.internal.timing.TimerEntry;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One request that is answered by generating: it gets a sequence slot, or waits for one, and is then due at instants
 * that follow from its latencies alone. Owned by its connection's event loop, except for {@link #admitted()}.
 */
public abstract class Generation extends TimerEntry implements SequenceSlots.Candidate, OngoingAnswer {
    /** A request as it came to be generated. */
    public record Arrival(
            GenerationRequest request,
            AnswerFaults faults,
            long index,
            String id,
            String logId,
            int maxTokens,
            long receivedNanos,
            long receivedTrueNanos) {}

    private enum Phase {
        WAITING,
        OPENING,
        GENERATING,
        ENDED
    }

    final LoopServices services;
    final ServerClock clock;
    final ServerMetrics metrics;
    final LatencySampler latencies;
    final AnswerChannel channel;
    final Arrival arrival;
    final GenerationRequest request;
    final AnswerFaults faults;
    final RandomGenerator random;
    final AnswerIdentity identity;

    /** From admission on, when this request is logged. */
    private @Nullable StampList stamps;

    private Phase phase = Phase.WAITING;
    private boolean isPreempted;
    /** Tokens in the cache, as the slots count them. */
    private long heldTokens;

    private long enteredTrueNanos;
    private long firstTokenTrueNanos;
    private int generatedTokens;
    private long lastSendTrueNanos;

    Generation(LoopServices services, AnswerChannel channel, Arrival arrival) {
        this.services = services;
        ServerState state = services.state();
        clock = state.clock();
        metrics = state.metrics();
        latencies = state.latencies();
        this.channel = channel;
        this.arrival = arrival;
        request = arrival.request();
        faults = arrival.faults();
        random = state.randomness().generator(SeededRandomness.REQUEST_STREAM, arrival.index());
        identity = new AnswerIdentity(
                request.endpoint(),
                arrival.id(),
                state.createdSeconds(),
                state.modelJson(request.model()),
                state.randomness().bits(SeededRandomness.WORD_STREAM, arrival.index()));
    }

    /** Makes the answer that fits a request. */
    public static Generation of(LoopServices services, AnswerChannel channel, Arrival arrival) {
        if (arrival.request().endpoint() == EndpointKind.EMBEDDING) {
            return new EmbeddingAnswer(services, channel, arrival);
        }
        if (arrival.request().endpoint().isScoring()) {
            return new ScoreAnswer(services, channel, arrival);
        }
        return arrival.request().streamed()
                ? new StreamedAnswer(services, channel, arrival)
                : new WholeAnswer(services, channel, arrival);
    }

    /**
     * Begins, or waits for a slot.
     *
     * @return false when too many wait already; nothing was sent then and nothing will be
     */
    public final boolean begin() {
        switch (services.state().slots().acquire(this)) {
            case ADMITTED -> enter(arrival.receivedNanos());
            case WAITING -> {}
            case REFUSED -> {
                phase = Phase.ENDED;
                return false;
            }
        }
        return true;
    }

    @Override
    public final void admitted() {
        services.loop().execute(() -> {
            if (phase == Phase.ENDED) {
                services.state().slots().release(cacheTokens());
            } else if (isPreempted) {
                isPreempted = false;
                phase = Phase.GENERATING;
                heldTokens = cacheTokens();
                metrics.countReadmission(heldTokens);
                scheduleStep(afterPrefill(clock.nanoTime()));
            } else {
                enter(clock.nanoTime());
            }
        });
    }

    @Override
    public final long cacheTokens() {
        return (long) request.promptTokens() + generatedTokens + reservedTokens();
    }

    /** Tokens of the output for which room is taken at admission. */
    int reservedTokens() {
        return 0;
    }

    /**
     * Takes room in the cache for the next tokens of the output. Without room, the request gives up its place and
     * continues when it has one again.
     *
     * @return whether there is room
     */
    final boolean takeRoom(int tokens) {
        if (services.state().slots().grow(tokens)) {
            heldTokens += tokens;
            return true;
        }
        phase = Phase.WAITING;
        isPreempted = true;
        metrics.countPreemption(cacheTokens());
        services.state().slots().preempt(this, heldTokens);
        return false;
    }

    /** When the first token is due of a prompt whose processing can begin now. */
    private long afterPrefill(long nowNanos) {
        return services.state().prefill().end(nowNanos, slowed(latencies.firstTokenNanos(random)));
    }

    /**
     * When decoding can continue: now, unless a prompt is being processed and the engine does nothing else meanwhile.
     */
    final long whenDecodingCanGoOn(long dueNanos) {
        return services.state().prefill().whenIdle(dueNanos);
    }

    private void enter(long enteredNanos) {
        stamps = services.state().timeLog().begin();
        enteredTrueNanos = Math.max(arrival.receivedTrueNanos(), clock.trueNanoTime());
        heldTokens = cacheTokens();
        metrics.countAdmission(request.promptTokens(), enteredNanos - arrival.receivedNanos());
        if (clock.resumesInNanos() != ServerClock.NOT_STALLED) {
            phase = Phase.OPENING;
            services.timer().schedule(this, enteredNanos);
        } else {
            open(enteredNanos);
        }
    }

    private void open(long enteredNanos) {
        phase = Phase.GENERATING;
        lastSendTrueNanos = arrival.receivedTrueNanos();
        opened(afterPrefill(enteredNanos));
    }

    /** A latency as it is with so many requests at the same time as now. */
    final long slowed(long nanos) {
        ServerState state = services.state();
        return (long) (nanos * state.overload().slowdown(state.slots()));
    }

    @Override
    protected final void due(long dueNanos) {
        switch (phase) {
            case OPENING -> open(dueNanos);
            case GENERATING -> step(dueNanos);
            case WAITING, ENDED -> throw new IllegalStateException("due while " + phase);
        }
    }

    /** The client has disconnected: releases what is held. Has no effect on a request that has ended. */
    @Override
    public final void cancel() {
        if (phase == Phase.ENDED) {
            return;
        }
        metrics.countCancellation();
        if (phase != Phase.WAITING) {
            end(FinishReason.ABORT);
            return;
        }
        phase = Phase.ENDED;
        if (isPreempted) {
            metrics.countAbortOfPreempted();
        }
        // Who is no longer in the queue has a slot already, which admitted() gives back.
        services.state().slots().withdraw(this);
    }

    /**
     * Begins the answer.
     *
     * @param firstTokenNanos server time at which the first token is due
     */
    abstract void opened(long firstTokenNanos);

    /** Continues the answer, at an instant that it scheduled. */
    abstract void step(long dueNanos);

    /** Tokens sent so far. */
    final int generatedTokens() {
        return generatedTokens;
    }

    final void scheduleStep(long dueNanos) {
        services.timer().schedule(this, dueNanos);
    }

    /** Counts tokens that are just about to be sent in so many chunks, and stamps them. */
    final void countSending(int tokens, int chunks) {
        long now = clock.trueNanoTime();
        for (int i = 0; i < chunks; i++) {
            if (stamps != null) {
                stamps.add(now);
            }
            if (generatedTokens == 0 && i == 0) {
                firstTokenTrueNanos = now;
                metrics.countFirstToken(now - arrival.receivedTrueNanos());
                metrics.countPrefill(now - enteredTrueNanos);
            } else {
                metrics.countGap(i == 0 ? now - lastSendTrueNanos : 0);
            }
        }
        lastSendTrueNanos = now;
        generatedTokens += tokens;
        metrics.countTokens(tokens);
    }

    /** Counts a body that is just about to be sent, and stamps it. */
    final void countBody(int tokens, long firstTokenNanos) {
        if (stamps != null) {
            stamps.add(clock.trueNanoTime());
        }
        metrics.countFirstToken(firstTokenNanos - arrival.receivedNanos());
        long prefillNanos =
                firstTokenNanos - arrival.receivedNanos() - (enteredTrueNanos - arrival.receivedTrueNanos());
        metrics.countPrefill(Math.max(0, prefillNanos));
        firstTokenTrueNanos = enteredTrueNanos + Math.max(0, prefillNanos);
        generatedTokens += tokens;
        metrics.countTokens(tokens);
    }

    /** Gives the slot back and counts; to be called before the last bytes are handed over. */
    final void end(FinishReason reason) {
        phase = Phase.ENDED;
        services.timer().cancel(this);
        metrics.countRelease(request.promptTokens() + generatedTokens, reason);
        if (reason != FinishReason.ABORT) {
            long now = clock.trueNanoTime();
            metrics.countCompletion(now - arrival.receivedTrueNanos());
            if (firstTokenTrueNanos != 0) {
                metrics.countDecode(now - firstTokenTrueNanos);
            }
        }
        logTimes();
        services.state().slots().release(heldTokens);
    }

    private void logTimes() {
        if (stamps != null) {
            services.state()
                    .timeLog()
                    .end(new RequestTimes(
                            arrival.index(), arrival.logId(), arrival.receivedTrueNanos(), stamps.toArray()));
        }
    }
}
