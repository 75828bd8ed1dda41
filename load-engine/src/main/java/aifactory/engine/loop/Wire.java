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

    boolean isOpen();

    /** Idempotent. The connection is told nothing more. */
    void close();
}
