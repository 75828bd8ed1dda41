package aifactory.engine.loop;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An open connection as its user sees it. Belongs to its event loop. */
interface Wire {
    /**
     * Sends the bytes, of which there may be one lot at a time.
     *
     * @param written called with null when the last byte has been handed to the socket, or with why it was not
     */
    void write(byte[] bytes, Consumer<@Nullable Throwable> written);

    /**
     * On the monotonic clock, immediately before the first byte of the last {@link #write} was handed to the socket.
     */
    long writeBeganNanos();

    /** Whether the kernel stamps what arrives, so that bounds are known for it. */
    default boolean isStamped() {
        return false;
    }

    /**
     * Of the time that it took to open the connection, what was certainly the network's and the server's. Asked once,
     * when it has been opened.
     */
    default long openingOfOthersNanos() {
        return 0;
    }

    /** Of the time since the last {@link #write} began, what the socket's full buffer certainly kept it waiting. */
    default long fullBufferNanos() {
        return 0;
    }

    /**
     * Whether the last read brought bytes that were sent together, so that they all arrived at its stamp. Takes a
     * system call.
     */
    default boolean isOneBurst() {
        return false;
    }

    /**
     * Whether the server has ended an idle connection, of which its user has not been notified yet. Takes a system
     * call.
     */
    default boolean hasEndedIdle() {
        return false;
    }

    /**
     * Once the server has ended the connection: whether its system had acknowledged all that was sent, so that the
     * server may have read it; false where that is not known. Takes a system call.
     */
    default boolean wasAllAcknowledged() {
        return false;
    }

    boolean isOpen();

    /** Idempotent. The connection is not notified any more. */
    void close();
}
