package aifactory.engine.stamp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.netty.channel.ChannelException;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads sockets so that the kernel's receive stamps come along: {@code SO_TIMESTAMPING} of {@code socket(7)}, read by
 * {@code recvmsg}. The native transport of Netty has a {@code recvmsg} too, but hands no control messages over.
 *
 * <p>All native memory is one block of fixed size; a read allocates nothing. Not thread-safe: belongs to one event
 * loop.
 */
public final class StampingSocketReader {
    private static final Logger LOG = LoggerFactory.getLogger(StampingSocketReader.class);

    private static final int SOL_SOCKET = 1;
    private static final int SO_TIMESTAMPING = 37;
    private static final int RX_SOFTWARE_AND_SOFTWARE = 1 << 3 | 1 << 4;
    private static final int MSG_PEEK = 2;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_INFO = 11;
    private static final int EINTR = 4;

    /**
     * Offsets in the block: {@code struct msghdr} of 64-bit Linux, {@code struct iovec}, control messages and so on.
     */
    private static final long IO_VECTOR = 64;

    private static final long CONTROL = 96;
    private static final int CONTROL_BYTES = 160;
    private static final long TCP_INFO_LENGTH = CONTROL + CONTROL_BYTES;
    private static final long TCP_INFO_AT = TCP_INFO_LENGTH + 8;
    private static final int TCP_INFO_BYTES = 256;
    private static final long CALL_STATE = TCP_INFO_AT + TCP_INFO_BYTES;
    private static final long BLOCK_BYTES = CALL_STATE + 64;
    private static final long MESSAGE_CONTROL_LENGTH = 40;
    /** {@code struct cmsghdr}: length, level, type, data. */
    private static final long CONTROL_LEVEL = CONTROL + 8;

    private static final long CONTROL_TYPE = CONTROL + 12;
    private static final long CONTROL_SECONDS = CONTROL + 16;
    private static final long CONTROL_NANOS = CONTROL + 24;
    /** {@code struct tcp_info}, which has only ever grown at its end. */
    private static final int SENT_SEGMENT_SIZE = 16;

    private static final int STATE = 0;
    private static final int UNACKNOWLEDGED_SEGMENTS = 24;
    /** The state of a connection that was reset, or ended on both sides. */
    private static final byte TCP_CLOSE = 7;

    private static final int ROUND_TRIP_MICROS = 68;
    private static final int ADVERTISED_SEGMENT_SIZE = 84;
    private static final int RETRANSMITTED = 100;
    private static final int BYTES_IN = 128;

    private static final int DATA_SEGMENTS_IN = 152;

    private final MemorySegment block;
    private final MemorySegment message;
    /** Keeps the memory that is read into. */
    private final MemorySegment memory;

    private final MemorySegment callState;
    private final MemorySegment tcpInfo;
    private final MemorySegment tcpInfoLength;
    private long stampNanos;

    private StampingSocketReader(ByteBuffer buffer) {
        memory = MemorySegment.ofBuffer(buffer);
        block = Arena.ofAuto().allocate(BLOCK_BYTES, 8);
        message = block.asSlice(0, 56);
        callState = block.asSlice(CALL_STATE, 64);
        tcpInfo = block.asSlice(TCP_INFO_AT, TCP_INFO_BYTES);
        tcpInfoLength = block.asSlice(TCP_INFO_LENGTH, 4);
        block.set(ADDRESS, IO_VECTOR, memory);
        block.set(JAVA_LONG, IO_VECTOR + 8, memory.byteSize());
        block.set(ADDRESS, 16, block.asSlice(IO_VECTOR));
        block.set(JAVA_LONG, 24, 1);
        block.set(ADDRESS, 32, block.asSlice(CONTROL));
    }

    /** A reader into the given direct buffer, always from its beginning; empty where the kernel stamps nothing. */
    public static Optional<StampingSocketReader> into(ByteBuffer buffer) {
        return Epoll.isAvailable() && SocketCalls.areAvailable() && Probe.SOCKET != null
                ? Optional.of(new StampingSocketReader(buffer))
                : Optional.empty();
    }

    /**
     * Has the kernel stamp what arrives on the socket.
     *
     * @return false where it refuses to
     */
    public static boolean enable(Socket socket) {
        try {
            socket.setIntOpt(SOL_SOCKET, SO_TIMESTAMPING, RX_SOFTWARE_AND_SOFTWARE);
            return true;
        } catch (IOException | ChannelException e) {
            LOG.debug("The system does not timestamp received data: {}", e.getMessage());
            return false;
        }
    }

    /**
     * Reads the data in the socket.
     *
     * @return as many bytes as were read; 0 when there is nothing, -1 when the peer has closed
     */
    public int read(int descriptor) throws IOException {
        return receive(descriptor, 0);
    }

    /** What {@link #read} would return, and stamped as it would be; everything stays in the socket. */
    public int peek(int descriptor) throws IOException {
        return receive(descriptor, MSG_PEEK);
    }

    private int receive(int descriptor, int flags) throws IOException {
        long received;
        do {
            block.set(JAVA_LONG, MESSAGE_CONTROL_LENGTH, CONTROL_BYTES);
            received = SocketCalls.receive(callState, descriptor, message, flags);
        } while (received < 0 && SocketCalls.error(callState) == EINTR);
        stampNanos = ArrivalClock.NO_STAMP;
        if (received > 0) {
            boolean stamped = block.get(JAVA_LONG, MESSAGE_CONTROL_LENGTH) >= 32
                    && block.get(JAVA_INT, CONTROL_LEVEL) == SOL_SOCKET
                    && block.get(JAVA_INT, CONTROL_TYPE) == SO_TIMESTAMPING;
            if (stamped) {
                long nanos =
                        block.get(JAVA_LONG, CONTROL_SECONDS) * 1_000_000_000L + block.get(JAVA_LONG, CONTROL_NANOS);
                stampNanos = nanos == 0 ? ArrivalClock.NO_STAMP : nanos;
            }
            return (int) received;
        }
        return received == 0 ? -1 : Errors.ioResult("recvmsg", -SocketCalls.error(callState));
    }

    /**
     * The kernel's stamp, on the wall clock, of the last byte of what {@link #read} has just read, or
     * {@link ArrivalClock#NO_STAMP}.
     */
    public long stampNanos() {
        return stampNanos;
    }

    /**
     * Asks the kernel about a connection; what it says is had from the methods below.
     *
     * @return false when it does not answer, or not all that is asked
     */
    public boolean askAbout(int descriptor) {
        tcpInfoLength.set(JAVA_INT, 0, TCP_INFO_BYTES);
        int result = SocketCalls.getOption(callState, descriptor, IPPROTO_TCP, TCP_INFO, tcpInfo, tcpInfoLength);
        return result == 0 && tcpInfoLength.get(JAVA_INT, 0) >= DATA_SEGMENTS_IN + 4;
    }

    /** Whether the peer has acknowledged all that was sent, and has not reset the connection. */
    public boolean isAllAcknowledged() {
        return tcpInfo.get(JAVA_BYTE, STATE) != TCP_CLOSE && tcpInfo.get(JAVA_INT, UNACKNOWLEDGED_SEGMENTS) == 0;
    }

    /** Segments with data that the connection has received, modulo 2^32. */
    public int segmentsIn() {
        return tcpInfo.get(JAVA_INT, DATA_SEGMENTS_IN);
    }

    /** Bytes that the connection has received in order. */
    public long bytesIn() {
        return tcpInfo.get(JAVA_LONG, BYTES_IN);
    }

    /**
     * Bytes of a full segment: the most that either side takes. What the kernel has seen arrive says less, since most
     * segments of a stream are not full.
     */
    public int segmentBytes() {
        return Math.min(tcpInfo.get(JAVA_INT, SENT_SEGMENT_SIZE), tcpInfo.get(JAVA_INT, ADVERTISED_SEGMENT_SIZE));
    }

    /**
     * The smoothed round trip, which right after connecting is that of the handshake; 0 when it is not known or was
     * repeated.
     */
    public long roundTripNanos() {
        return tcpInfo.get(JAVA_INT, RETRANSMITTED) != 0 ? 0 : tcpInfo.get(JAVA_INT, ROUND_TRIP_MICROS) * 1_000L;
    }

    /**
     * One socket with the option, for ever: the kernel begins to stamp some time after the first socket asks for it.
     */
    private static final class Probe {
        private static final @Nullable LinuxSocket SOCKET = open();

        private static @Nullable LinuxSocket open() {
            LinuxSocket socket;
            try {
                socket = LinuxSocket.newSocketStream(false);
            } catch (RuntimeException e) {
                LOG.debug("No socket to query the system's timestamps: {}", e.getMessage());
                return null;
            }
            if (enable(socket)) {
                return socket;
            }
            try {
                socket.close();
            } catch (IOException e) {
                LOG.debug("Closing a socket: {}", e.getMessage());
            }
            return null;
        }
    }
}
