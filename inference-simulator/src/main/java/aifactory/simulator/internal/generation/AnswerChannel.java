package aifactory.simulator.internal.generation;

import io.netty.buffer.ByteBuf;

/**
 * Where an answer goes: a connection, for the time of one request. All calls happen on its event loop. Exactly one of
 * {@link #finish} and {@link #reset} ends the answer; neither may be called after the client has disconnected.
 */
public interface AnswerChannel {
    /** An empty buffer for bytes to send. */
    ByteBuf allocate(int capacityBytes);

    /**
     * Whether the client reads as fast as it is sent to; if not, {@link Generation#writable()} will tell when it does.
     */
    boolean isWritable();

    /** Whether the connection stays open after the answer. */
    boolean isPersistent();

    /** Whether the client understands chunked coding. */
    boolean understandsChunks();

    /** From now on sends in segments of some bytes, a pause apart. */
    void split(int segmentBytes, long gapNanos);

    /** Sends bytes now; takes the buffer over. */
    void send(ByteBuf bytes);

    /** Sends the last bytes and ends the answer; takes the buffer over. */
    void finish(ByteBuf bytes, boolean closeAfterwards);

    /** Ends the answer by resetting the connection. */
    void reset();
}
