package aifactory.engine.stamp;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.measurement.MonotonicClock;
import io.netty.channel.epoll.LinuxSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads from a sender in the same process, whose clock before and after each write bounds when its bytes arrived. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class StampingSocketReaderTest {
    private final StampingSocketReader reader =
            StampingSocketReader.into(ByteBuffer.allocateDirect(4096)).orElseThrow();
    private final ArrivalClock clock = new ArrivalClock(MonotonicClock.SYSTEM, InstantSource.system());
    private final Arrival arrival = new Arrival();
    private final List<long[]> written = new ArrayList<>();
    private LinuxSocket socket = LinuxSocket.newSocketStream(false);
    private SegmentCount segments = new SegmentCount(reader);
    private ServerSocket listener = listen();
    private Socket sender = new Socket();

    private static ServerSocket listen() {
        try {
            return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void connect() throws IOException {
        assertThat(StampingSocketReader.enable(socket)).isTrue();
        socket.connect(listener.getLocalSocketAddress());
        sender = listener.accept();
        sender.setTcpNoDelay(true);
        socket.finishConnect();
    }

    @AfterEach
    void close() throws IOException {
        socket.close();
        sender.close();
        listener.close();
    }

    private void send(int length) throws IOException {
        long before = System.nanoTime();
        sender.getOutputStream().write(new byte[length]);
        written.add(new long[] {before, System.nanoTime()});
    }

    private void awaitUnread(int length) throws IOException {
        while (reader.peek(socket.intValue()) < length) {
            Thread.onSpinWait();
        }
    }

    private int receive() throws IOException {
        int length = reader.read(socket.intValue());
        while (length == 0) {
            Thread.onSpinWait();
            length = reader.read(socket.intValue());
        }
        if (length > 0) {
            clock.stamp(reader.stampNanos(), System.nanoTime(), written.getFirst()[0], arrival);
            segments.read(length);
        }
        return length;
    }

    /** The kernel's stamp lies within the write, up to what the comparison of the clocks leaves open. */
    private void assertStampedWithin(long[] write) {
        assertThat(arrival.isExact()).isTrue();
        assertThat(arrival.nanos())
                .isBetween(write[0] - arrival.widthNanos() - 1_000, write[1] + arrival.widthNanos() + 1_000);
    }

    @Test
    void aLateReadHasTheStampOfTheArrival() throws IOException {
        for (int i = 0; i < 20; i++) {
            send(240);
            long late = System.nanoTime() + 2_000_000;
            while (System.nanoTime() < late) {
                Thread.onSpinWait();
            }
            assertThat(receive()).isEqualTo(240);
            assertStampedWithin(written.getLast());
            assertThat(segments.isOneBurst(socket.intValue(), 240)).isTrue();
        }
    }

    @Test
    void whatWasMergedHasTheStampOfTheLastAndIsKnownAsSeveralSegments() throws IOException {
        for (int i = 0; i < 10; i++) {
            send(20);
        }
        awaitUnread(200);
        assertThat(receive()).isEqualTo(200);
        assertStampedWithin(written.getLast());
        assertThat(segments.isOneBurst(socket.intValue(), 200)).isFalse();
        assertThat(arrival.nanos() - arrival.coalescedWidthNanos()).isLessThanOrEqualTo(written.getFirst()[1]);

        send(240);
        assertThat(receive()).isEqualTo(240);
        assertThat(segments.isOneBurst(socket.intValue(), 240)).isTrue();
    }

    /**
     * Two of them need no more bytes than two of the smallest segments that the kernel takes for full ones at first.
     */
    @ParameterizedTest
    @ValueSource(ints = {20, 280, 500, 700, 1_400, 3_000})
    void twoSegmentsOfAnySizeAreNoBurst(int length) throws IOException {
        for (int i = 0; i < 3; i++) {
            send(length);
            send(length);
            awaitUnread(Math.min(2 * length, 4_096));
            int received = receive();
            assertThat(segments.isOneBurst(socket.intValue(), received)).isFalse();
            while (received < 2 * length) {
                received += receive();
            }
        }
    }

    @Test
    void manyChunksThatWereSentTogetherAreOneBurst() throws IOException {
        for (int i = 0; i < 10; i++) {
            send(3_000);
            assertThat(receive()).isEqualTo(3_000);
            assertThat(segments.isOneBurst(socket.intValue(), 3_000)).isTrue();
        }
    }

    /** Segments that arrived between the read and the question are not mistaken for none at the next read. */
    @Test
    void segmentsThatCameSinceTheReadAreNotLost() throws IOException {
        send(100);
        assertThat(receive()).isEqualTo(100);
        send(100);
        awaitUnread(100);
        assertThat(segments.isOneBurst(socket.intValue(), 100)).isFalse();
        send(100);
        awaitUnread(200);
        assertThat(receive()).isEqualTo(200);
        assertThat(segments.isOneBurst(socket.intValue(), 200)).isFalse();
    }

    @Test
    void aPeekLeavesEverythingAndHasTheSameStamp() throws IOException {
        send(100);
        awaitUnread(100);
        long stamp = reader.stampNanos();
        assertThat(receive()).isEqualTo(100);
        assertThat(reader.stampNanos()).isEqualTo(stamp).isNotEqualTo(ArrivalClock.NO_STAMP);
    }

    @Test
    void theEndAndAResetAreToldApart() throws IOException {
        sender.setSoLinger(true, 0);
        send(10);
        assertThat(receive()).isEqualTo(10);
        sender.close();
        String problem = "none";
        try {
            receive();
        } catch (IOException e) {
            problem = String.valueOf(e.getMessage());
        }
        assertThat(problem).containsIgnoringCase("connection reset");
        assertThat(receive()).isEqualTo(-1);
    }

    @Test
    void theHandshakesRoundTripIsKnown() {
        assertThat(reader.askAbout(socket.intValue())).isTrue();
        assertThat(reader.roundTripNanos()).isBetween(1_000L, 60_000_000_000L);
    }
}
