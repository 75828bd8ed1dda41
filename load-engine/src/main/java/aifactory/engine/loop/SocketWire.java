package aifactory.engine.loop;

import aifactory.engine.stamp.Arrival;
import aifactory.engine.stamp.SegmentCount;
import aifactory.engine.stamp.StampingSocketReader;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection on a bare socket, watched edge-triggered: the system tells only of changes, which spares it looking at
 * the socket again after every read. So a read that fills the buffer, and one after which the server has closed, are
 * followed by another.
 *
 * <p>Belongs to its event loop.
 */
final class SocketWire implements EpollIoHandle, Wire {
    private static final EpollIoOps READING =
            EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLRDHUP).with(EpollIoOps.EPOLLET);
    private static final EpollIoOps READING_AND_WRITING = READING.with(EpollIoOps.EPOLLOUT);
    /** {@code EPOLLERR} and {@code EPOLLHUP} of the system's headers; the second has no name in the library. */
    private static final int ERROR_OR_HANG_UP = 0x8 | 0x10;

    private static final int WRITABLE = EpollIoOps.EPOLLOUT.value() | ERROR_OR_HANG_UP;
    private static final int READABLE = EpollIoOps.EPOLLIN.value() | EpollIoOps.EPOLLRDHUP.value() | ERROR_OR_HANG_UP;
    private static final int ENDING = EpollIoOps.EPOLLRDHUP.value() | ERROR_OR_HANG_UP;
    private static final byte[] NOTHING = {};

    private final SocketConnector connector;
    private final LinuxSocket socket;
    private final StreamConnection connection;
    private boolean connecting = true;
    private boolean open = true;
    private int unwrittenFrom;
    private int lastLength;
    private byte[] unwritten = NOTHING;
    /** On the monotonic clock: nothing that has not been read can have arrived before. */
    private long earliestNanos;

    private long writeBeganNanos;
    /** When the socket's buffer was found full. */
    private long fullSinceNanos;

    private long fullNanos;
    private long openingOfOthersNanos;
    /** Null where the kernel does not stamp what arrives. */
    private final @Nullable SegmentCount segments;

    private @Nullable Consumer<@Nullable Throwable> written;
    private @Nullable Opening opening;
    private @Nullable IoRegistration registration;

    /** What is needed only until the connection is open. */
    private record Opening(Consumer<Wire> opened, Consumer<Throwable> failed) {}

    private @Nullable Future<?> timeout;

    /** @param stampable whether the kernel can stamp what arrives on the socket */
    SocketWire(
            SocketConnector connector,
            LinuxSocket socket,
            boolean stampable,
            StreamConnection connection,
            Consumer<Wire> opened,
            Consumer<Throwable> failed) {
        this.connector = connector;
        this.socket = socket;
        StampingSocketReader reader = connector.reader;
        this.segments =
                stampable && reader != null && StampingSocketReader.enable(socket) ? new SegmentCount(reader) : null;
        this.earliestNanos = connector.loop.nowNanos();
        this.connection = connection;
        this.opening = new Opening(opened, failed);
    }

    boolean isOpening() {
        return opening != null;
    }

    void watch(IoRegistration registered, Future<?> connectTimeout) {
        registration = registered;
        timeout = connectTimeout;
        registered.submit(READING_AND_WRITING);
    }

    @Override
    public FileDescriptor fd() {
        return socket;
    }

    @Override
    public void handle(IoRegistration registered, IoEvent event) {
        int ops = ((EpollIoEvent) event).ops().value();
        if (connecting) {
            if ((ops & WRITABLE) != 0) {
                finishConnecting();
            }
            return;
        }
        if (unwritten.length > 0 && (ops & WRITABLE) != 0) {
            long now = connector.loop.nowNanos();
            fullNanos += Math.max(0, now - connector.loop.stamps().lateAtMostNanos(now) - fullSinceNanos);
            writeOn();
            if (open && unwritten.length == 0) {
                watchWriting(false);
            } else {
                fullSinceNanos = connector.loop.nowNanos();
            }
        }
        if (open && (ops & READABLE) != 0) {
            read((ops & ENDING) != 0);
        }
    }

    private void finishConnecting() {
        Opening waiting = opening;
        try {
            if (waiting == null || !socket.finishConnect()) {
                return;
            }
        } catch (IOException e) {
            failToOpen(e);
            return;
        }
        endOpening();
        StampingSocketReader reader = connector.reader;
        if (segments != null && reader != null) {
            openingOfOthersNanos =
                    connector.loop.stamps().openingOfOthersNanos(reader, socket.intValue(), earliestNanos);
        }
        watchWriting(false);
        waiting.opened().accept(this);
    }

    private void endOpening() {
        connecting = false;
        opening = null;
        if (timeout != null) {
            timeout.cancel(false);
            timeout = null;
        }
    }

    /** Gives up opening; does nothing when it is open or given up already. */
    void failToOpen(Throwable cause) {
        Opening waiting = opening;
        if (waiting != null) {
            close();
            waiting.failed().accept(cause);
        }
    }

    private void read(boolean ending) {
        int length;
        do {
            Arrival arrival;
            try {
                length = connector.receive(socket, segments != null);
                arrival = connector.arrival(segments != null, earliestNanos);
            } catch (IOException e) {
                connection.broken(e);
                return;
            }
            if (length > 0) {
                earliestNanos = arrival.nanos();
                lastLength = length;
                if (segments != null) {
                    segments.read(length);
                }
                connector.buffer.get(0, connector.bytes, 0, length);
                connection.received(connector.bytes, length, arrival);
            } else if (length < 0) {
                connection.closedByServer(arrival);
                return;
            }
        } while (open && (length == connector.bytes.length || (ending && length > 0)));
        connector.loop.takeUpDue();
    }

    @Override
    public long writeBeganNanos() {
        return writeBeganNanos;
    }

    @Override
    public boolean isStamped() {
        return segments != null;
    }

    @Override
    public long openingOfOthersNanos() {
        return openingOfOthersNanos;
    }

    @Override
    public long fullBufferNanos() {
        return fullNanos;
    }

    @Override
    public boolean isOneBurst() {
        return segments != null && segments.isOneBurst(socket.intValue(), lastLength);
    }

    @Override
    public void write(byte[] bytes, Consumer<@Nullable Throwable> listener) {
        unwritten = bytes;
        unwrittenFrom = 0;
        written = listener;
        fullNanos = 0;
        writeOn();
        earliestNanos = Math.max(earliestNanos, writeBeganNanos);
        if (unwritten.length > 0) {
            fullSinceNanos = connector.loop.nowNanos();
            watchWriting(true);
        }
    }

    /**
     * Registered for writing only while it waits for it: otherwise each read event would also report it as writable.
     */
    private void watchWriting(boolean watched) {
        if (registration != null) {
            registration.submit(watched ? READING_AND_WRITING : READING);
        }
    }

    private void writeOn() {
        Throwable failure = null;
        try {
            while (unwrittenFrom < unwritten.length) {
                int length = Math.min(unwritten.length - unwrittenFrom, connector.bytes.length);
                connector.buffer.put(0, unwritten, unwrittenFrom, length);
                if (unwrittenFrom == 0) {
                    writeBeganNanos = connector.loop.nowNanos();
                }
                int sent = socket.sendAddress(connector.bufferAddress, 0, length);
                if (sent <= 0) {
                    return;
                }
                unwrittenFrom += sent;
            }
        } catch (IOException e) {
            failure = e;
        }
        unwritten = NOTHING;
        Consumer<@Nullable Throwable> listener = written;
        written = null;
        if (listener != null) {
            listener.accept(failure);
        }
    }

    @Override
    public boolean hasEndedIdle() {
        try {
            // No data is expected: 0 means just that. Unrequested bytes are treated like an end.
            return socket.recvAddress(connector.bufferAddress, 0, 1) != 0;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public boolean wasAllAcknowledged() {
        StampingSocketReader reader = connector.reader;
        return open && reader != null && reader.askAbout(socket.intValue()) && reader.isAllAcknowledged();
    }

    @Override
    public boolean isOpen() {
        return open && !connecting;
    }

    /** Also called by the event loop when it ends. */
    @Override
    public void close() {
        if (!open) {
            return;
        }
        open = false;
        endOpening();
        unwritten = NOTHING;
        written = null;
        if (registration != null) {
            registration.cancel();
        }
        connector.closeLater(socket);
    }
}
