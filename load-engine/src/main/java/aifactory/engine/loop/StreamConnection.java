package aifactory.engine.loop;

import aifactory.engine.answer.AnswerListener;
import aifactory.engine.answer.AnswerReader;
import aifactory.engine.http.AnswerFault;
import aifactory.engine.http.ResponseDecoder;
import aifactory.engine.recording.ChunkTimes;
import aifactory.engine.recording.RequestEnd;
import aifactory.engine.recording.RequestStamps;
import aifactory.engine.stamp.Arrival;
import aifactory.measurement.FailureKind;
import aifactory.measurement.RequestOutcome;
import aifactory.measurement.ResponseDetails;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an AI server and the request that it carries, at most one at a time. Every byte that arrives is
 * stamped here: once for each read of the socket.
 *
 * <p>Belongs to its event loop.
 */
final class StreamConnection extends ChunkTimes implements AnswerListener {
    /** Asking how many segments a read brought takes longer than that. */
    private static final long WORTH_ASKING_NANOS = 20_000;

    /** No server, nor anything on the way to it, gives up connections that have been idle for less. */
    private static final long SHORTEST_IDLE_NANOS = 500_000_000;
    /** After that a close is not one that had been on its way when the request was sent. */
    private static final long LONGEST_RACE_NANOS = 1_000_000_000;

    private static final int UNAUTHORIZED = 401;

    private final LoadLoop loop;
    private final int target;
    private final ResponseDecoder decoder;
    private final AnswerReader answer;
    private final int maximumChunks;
    private @Nullable Wire wire;
    private @Nullable ActiveRequest active;
    private boolean served;
    private boolean reused;
    /** When the connection became idle, since T0, and for how long it had been when it was used again. */
    private long releasedNanos;

    private long idleNanos;
    /** When the connection was opened, since T0. */
    private long openedNanos;
    /** Whether the next bytes begin a chunk and an event, and content among them changes no decoder's state. */
    private boolean steady;
    /** Whether the request is to be given up after its first chunk. */
    private boolean givenUp;

    private long readNanos;
    /** The event that the last content was in, by its number. */
    private int contentEvent;

    StreamConnection(LoadLoop loop, int target) {
        this.loop = loop;
        this.target = target;
        this.decoder = new ResponseDecoder(loop.settings().maximumHeadBytes());
        this.answer = new AnswerReader(
                this, loop.sharedScanning(), loop.answerKind(), loop.settings().maximumEventBytes());
        this.maximumChunks = loop.settings().maximumChunks();
    }

    int target() {
        return target;
    }

    /** Notes the address that the connection leads to; null where it is no news. */
    void leadsTo(@Nullable String address) {
        answer.servedBy(address);
    }

    /** Gives the connection the request that it is opened for. */
    void reserve(ActiveRequest request) {
        active = request;
        request.connection = this;
        givenUp = request.request().cancelled();
        clear();
    }

    /** The connection has been opened: sends what it was opened for, or closes if that has ended since. */
    void opened(Wire opened, long connectNanos, long nowNanos) {
        wire = opened;
        openedNanos = nowNanos;
        if (active == null) {
            opened.close();
            return;
        }
        active.stamps.connectNanos = connectNanos;
        active.openingOfOthersNanos = opened.openingOfOthersNanos();
        send(nowNanos);
    }

    /** The connection could not be opened; its request may have ended since. */
    void failedToOpen(Throwable cause) {
        if (active == null) {
            loop.forget(this);
            return;
        }
        NetworkFailure failure = NetworkFailure.of(cause);
        fail(failure.kind(), failure.detail());
    }

    /** Gives up the request that it was reserved for, which another connection carries. */
    ActiveRequest handOver() {
        ActiveRequest request = requireActive();
        active = null;
        return request;
    }

    /** Since T0. */
    long openedNanos() {
        return openedNanos;
    }

    /** When its last request ended, since T0. */
    long releasedNanos() {
        return releasedNanos;
    }

    /** Carries another request on the open connection. */
    void reuse(ActiveRequest request, long nowNanos) {
        reused = true;
        idleNanos = nowNanos - releasedNanos;
        reserve(request);
        send(nowNanos);
    }

    private void send(long nowNanos) {
        ActiveRequest request = active;
        Wire open = wire;
        if (request == null || open == null) {
            throw new IllegalStateException("no request or no connection");
        }
        decoder.reset();
        answer.reset();
        if (request.keyRenewed) {
            answer.remarkKeyRenewed();
        }
        steady = false;
        request.stamps.connectedNanos = nowNanos;
        open.write(loop.bytes(request), failure -> sent(request, failure));
    }

    private void sent(ActiveRequest request, @Nullable Throwable failure) {
        if (request != active) {
            return;
        }
        if (failure == null) {
            request.stamps.sentNanos = loop.nanosSinceStart();
            startWithTheWrite(request);
            request.stamps.startShareNanos = startShareNanos(request);
        } else {
            broken(failure);
        }
    }

    /**
     * On a connection that was open already, the request starts with its first byte: what the client did before is in
     * its schedule delay, and not in the latencies.
     */
    private void startWithTheWrite(ActiveRequest request) {
        if (wire != null && request.stamps.connectNanos == RequestStamps.NEVER && !request.retried) {
            request.stamps.startedNanos = loop.sinceStart(wire.writeBeganNanos());
        }
    }

    /** The time until the request was sent that may have been spent in the client. */
    private long startShareNanos(ActiveRequest request) {
        RequestStamps stamps = request.stamps;
        if (wire == null || !wire.isStamped()) {
            return RequestStamps.NEVER;
        }
        long others = request.openingOfOthersNanos + wire.fullBufferNanos();
        return Math.max(0, stamps.sentNanos - stamps.startedNanos - others);
    }

    /**
     * Bytes have been read.
     *
     * @param bytes theirs only during the call
     * @param arrival when they arrived; valid only during the call
     */
    void received(byte[] bytes, int length, Arrival arrival) {
        readNanos = loop.sinceStart(arrival.nanos());
        int chunksBefore = chunks();
        boolean whole = steady
                && active != null
                && length <= loop.settings().maximumEventBytes()
                && loop.sharedScanning().readWholeEvents(bytes, length, answer.choices(), this);
        if (!whole) {
            decode(bytes, length, chunksBefore, arrival);
        } else if (chunks() != chunksBefore + 1 || !arrival.isExact()) {
            bound(chunksBefore, true, arrival);
        }
    }

    /**
     * Notes how much earlier the chunks of a read may have arrived than they are stamped.
     *
     * @param toTheEnd whether the read ended with the last of them
     */
    private void bound(int chunksBefore, boolean toTheEnd, Arrival arrival) {
        int chunks = chunks();
        if (chunks <= chunksBefore || active == null) {
            return;
        }
        long width = arrival.coalescedWidthNanos();
        if (!arrival.isBounded()) {
            unbounded();
        } else if (!arrival.isExact()) {
            uncertain(chunksBefore, chunks, width);
        } else if (!(toTheEnd && chunks == chunksBefore + 1)
                && (width < WORTH_ASKING_NANOS || wire == null || !wire.isOneBurst())) {
            uncertain(chunksBefore, toTheEnd ? chunks - 1 : chunks, width);
        }
    }

    private void decode(byte[] bytes, int length, int chunksBefore, Arrival arrival) {
        if (active == null || decoder.isComplete()) {
            // Unrequested bytes: nothing after them can be trusted.
            discard();
            return;
        }
        try {
            int used = decoder.decode(bytes, 0, length, answer);
            boolean toTheEnd =
                    decoder.isBetweenChunks() && answer.isBetweenEvents() && contentEvent == answer.eventsRead();
            bound(chunksBefore, toTheEnd, arrival);
            if (decoder.isComplete() && active != null) {
                complete(used == length, arrival);
            } else {
                steady = decoder.isBetweenChunks() && answer.isIndifferentToContent();
            }
        } catch (AnswerFault fault) {
            fault(fault);
        }
    }

    @Override
    public void content(boolean output) {
        if (active == null) {
            return;
        }
        chunk(readNanos, output);
        contentEvent = answer.eventsRead();
        loop.streamedChunk();
        if (chunks() > maximumChunks) {
            fail(FailureKind.TOO_MANY_CHUNKS, "more than " + maximumChunks + " chunks in one answer");
        } else if (givenUp) {
            cancel("cancelled on purpose after its first chunk");
        }
    }

    private void complete(boolean nothingBehind, Arrival arrival) {
        ActiveRequest request = requireActive();
        if (chunks() == 0) {
            whole(readNanos, arrival.widthNanos());
            if (!arrival.isBounded()) {
                unbounded();
            }
        }
        completed(request, nothingBehind && decoder.head().isPersistent());
    }

    private void completed(ActiveRequest request, boolean reusable) {
        if (request.request().followed()) {
            request.answer = answer.text();
        }
        end(AnswerTokens.completed(answer, chunks(), request.request().inputTokens()), reusable);
    }

    private void fault(AnswerFault fault) {
        if (active == null) {
            discard();
            return;
        }
        if (answer.status() == UNAUTHORIZED && loop.renewsKey()) {
            keyRefused(fault);
            return;
        }
        boolean reusable = decoder.isComplete() && decoder.head().isPersistent();
        end(failed(fault.kind(), fault.getMessage()), reusable);
    }

    /**
     * Has the key renewed and the request sent again, once. Only 401 says that a key is not valid, or no more: 403 refuses
     * what a valid key asks for, which another key of the same user does not change.
     */
    private void keyRefused(AnswerFault fault) {
        ActiveRequest request = requireActive();
        if (request.keyRenewed) {
            fail(FailureKind.KEY_REFUSED, fault.getMessage() + " (with a key that was read again)");
            return;
        }
        request.keyRenewed = true;
        discard();
        loop.renewKey(request, problem -> {
            if (active != request) {
                return;
            }
            if (problem == null) {
                active = null;
                loop.sendAgain(request);
            } else {
                fail(FailureKind.KEY_REFUSED, fault.getMessage() + " (" + problem + ")");
            }
        });
    }

    /** Ends the request as failed and closes the connection. */
    void fail(FailureKind kind, @Nullable String detail) {
        end(failed(kind, detail), false);
    }

    /** The same for an answer that did not come to its end: what the server itself said of it says more than that. */
    private void failUnfinished(FailureKind kind, @Nullable String detail) {
        if (decoder.hasHead() && answer.isDone()) {
            completeWithoutItsConnection();
            return;
        }
        AnswerFault known = decoder.hasHead() ? answer.knownFailure() : null;
        if (known == null) {
            fail(kind, detail);
        } else {
            fail(known.kind(), known.getMessage());
        }
    }

    /**
     * The server has said that the stream ends, and no client reads further: what becomes of the connection is no part
     * of it.
     */
    private void completeWithoutItsConnection() {
        try {
            answer.end();
            completed(requireActive(), false);
        } catch (AnswerFault fault) {
            fail(fault.kind(), fault.getMessage());
        }
    }

    /** The request's time is over. */
    void timedOut() {
        if (wire == null) {
            fail(FailureKind.CONNECT_TIMEOUT, "no connection within the request's timeout");
        } else {
            failUnfinished(FailureKind.TIMEOUT, "no complete answer within the request's timeout");
        }
    }

    /** Ends the request as given up and closes the connection. */
    void cancel(String why) {
        end(new RequestEnd(RequestOutcome.CANCELLED, null, why, answer.status(), 0, 0, null), false);
    }

    private RequestEnd failed(FailureKind kind, @Nullable String detail) {
        return new RequestEnd(
                RequestOutcome.FAILED,
                kind,
                detail,
                answer.status(),
                0,
                0,
                null,
                answer.status() == 0 ? ResponseDetails.NONE : detailsOfFailure());
    }

    private ResponseDetails detailsOfFailure() {
        ResponseDetails details = answer.details(chunks());
        Integer wait =
                decoder.head().retryAfterSeconds(loop.stamps().wallClock().epochSeconds());
        return wait == null ? details : details.askingToWait(wait);
    }

    private void end(RequestEnd end, boolean reusable) {
        ActiveRequest request = requireActive();
        active = null;
        if (reused && decoder.hasBegun()) {
            loop.reuseWorked(target);
        }
        served = true;
        request.stamps.endedNanos = loop.nanosSinceStart();
        record(request, end);
        boolean open = wire != null && wire.isOpen();
        releasedNanos = request.stamps.endedNanos;
        if (reusable && open) {
            loop.release(this);
        } else {
            discard();
        }
        loop.ended(request, end);
    }

    /** Before the connection is reused. */
    private void record(ActiveRequest request, RequestEnd end) {
        boolean complete = end.outcome() == RequestOutcome.COMPLETED;
        if (!complete || !loop.offerForExamination(request, this, end, answer)) {
            loop.record(request, this, end);
        }
    }

    private void discard() {
        loop.forget(this);
        if (wire != null) {
            wire.close();
        }
    }

    /** The server has closed the connection. */
    void closedByServer(Arrival arrival) {
        if (active == null) {
            discard();
            return;
        }
        readNanos = loop.sinceStart(arrival.nanos());
        try {
            decoder.closed(answer);
            complete(false, arrival);
        } catch (AnswerFault fault) {
            if (fault.kind() == FailureKind.CLOSED_BEFORE_ANSWER && wasStale() && !wasRequestTaken()) {
                retry();
            } else if (fault.kind() == FailureKind.TRUNCATED && active != null) {
                failUnfinished(fault.kind(), fault.getMessage());
            } else {
                fault(fault);
            }
        }
    }

    /** Reading or writing has failed. */
    void broken(Throwable cause) {
        if (active == null) {
            discard();
        } else if (wasStale() && !decoder.hasBegun() && !isResetWhileBusy(cause)) {
            retry();
        } else {
            NetworkFailure failure = NetworkFailure.ofOpenConnection(cause);
            failUnfinished(failure.kind(), failure.detail());
        }
    }

    /**
     * Whether the server may have closed the connection at the moment of its reuse: that is not a failure of the
     * server's service, and the request is sent once more on a new connection, its stamps unchanged.
     */
    private boolean wasStale() {
        return served && active != null && !active.retried;
    }

    /**
     * Whether the server may have read the request before it closed the connection. Its system had acknowledged it; but
     * a server that ends its side first and looks for what still comes, as some do, lets that happen also to requests
     * that came too late, for a moment.
     */
    private boolean wasRequestTaken() {
        boolean late = loop.nanosSinceStart() - requireActive().stamps.connectedNanos > LONGEST_RACE_NANOS;
        return (late || isBusy()) && wire != null && wire.wasAllAcknowledged();
    }

    private boolean isResetWhileBusy(Throwable cause) {
        return isBusy() && NetworkFailure.isReset(cause);
    }

    /**
     * Whether one request follows the other on a connection of a server that keeps connections. Servers close idle
     * connections, and some close each after its response without a word: what ends a busy connection is another
     * matter.
     */
    private boolean isBusy() {
        return idleNanos < SHORTEST_IDLE_NANOS && loop.keepsConnections(target);
    }

    /** Whether the server has closed the connection while it was idle. */
    boolean hasEndedIdle() {
        return wire == null || !wire.isOpen() || wire.hasEndedIdle();
    }

    private void retry() {
        ActiveRequest request = requireActive();
        active = null;
        discard();
        loop.retry(request);
    }

    void close() {
        if (wire != null) {
            wire.close();
        }
    }

    private ActiveRequest requireActive() {
        if (active == null) {
            throw new IllegalStateException("no request on this connection");
        }
        return active;
    }
}
