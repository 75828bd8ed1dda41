package aifactory.service.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;

/** Which connections are closed, and when. */
final class RequestHeaderTimeoutTest {
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final int MOST_CONNECTIONS = 20;

    private long nowNanos;
    private final RequestHeaderTimeout timeout = new RequestHeaderTimeout(
            new ServerConnector(new Server(), new HttpConnectionFactory()), () -> nowNanos, LONGEST, MOST_CONNECTIONS);

    /** A connection whose counters the test sets. */
    private final class Watched {
        private long bytes;
        private long requests;
        private long answers;
        private boolean closed;
        private final Connection connection;

        private Watched() {
            EndPoint endPoint = (EndPoint) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {EndPoint.class}, (_, method, _) -> {
                        closed |= method.getName().equals("close");
                        return null;
                    });
            connection = (Connection) Proxy.newProxyInstance(
                    getClass().getClassLoader(),
                    new Class<?>[] {Connection.class},
                    (proxy, method, arguments) -> switch (method.getName()) {
                        case "getEndPoint" -> endPoint;
                        case "getBytesIn" -> bytes;
                        case "getMessagesIn" -> requests;
                        case "getMessagesOut" -> answers;
                        case "hashCode" -> System.identityHashCode(proxy);
                        case "equals" -> System.identityHashCode(proxy) == System.identityHashCode(arguments[0]);
                        default -> throw new IllegalStateException(method.getName());
                    });
            timeout.onOpened(connection);
        }
    }

    /** A second at a time. */
    private void pass(Duration time, Runnable each) {
        for (long second = 0; second < time.toSeconds(); second++) {
            nowNanos += 1_000_000_000L;
            each.run();
            timeout.closeOverdue();
        }
    }

    @Test
    void bytesNowAndThenDoNotKeepAConnection() {
        Watched slow = new Watched();
        pass(Duration.ofSeconds(60), () -> slow.bytes++);
        assertThat(slow.closed).isFalse();
        pass(Duration.ofSeconds(2), () -> slow.bytes++);
        assertThat(slow.closed).isTrue();
        Watched begunOnly = new Watched();
        begunOnly.bytes = 1;
        pass(Duration.ofSeconds(62), () -> {});
        assertThat(begunOnly.closed).isTrue();
    }

    @Test
    void alsoAfterAnAnsweredRequest() {
        Watched slow = new Watched();
        slow.bytes = 500;
        slow.requests = 3;
        slow.answers = 3;
        pass(Duration.ofHours(1), () -> {});
        assertThat(slow.closed).as("silence is for the timeout of silence").isFalse();
        pass(Duration.ofSeconds(62), () -> slow.bytes++);
        assertThat(slow.closed).isTrue();
    }

    @Test
    void whoeverAsksOrIsAnsweredOrSendsABodyIsLeftAlone() {
        Watched asking = new Watched();
        Watched polling = new Watched();
        polling.requests = 1;
        Watched uploading = new Watched();
        uploading.requests = 1;
        pass(Duration.ofMinutes(10), () -> {
            asking.bytes += 300;
            asking.requests++;
            asking.answers++;
            uploading.bytes += 1_000;
        });
        polling.answers = 1;
        pass(Duration.ofMinutes(10), () -> {});
        assertThat(List.of(asking.closed, polling.closed, uploading.closed)).containsOnly(false);
    }

    @Test
    void theTimeIsShorterWhereMoreThanHalfOfTheConnectionsAreOpen() {
        List<Watched> slow = new ArrayList<>();
        for (int i = 0; i <= MOST_CONNECTIONS / 2; i++) {
            slow.add(new Watched());
        }
        Watched first = slow.getFirst();
        pass(Duration.ofSeconds(8), () -> slow.forEach(one -> one.bytes++));
        assertThat(slow).allMatch(one -> one.closed);
        slow.forEach(one -> timeout.onClosed(one.connection));
        first.closed = false;
        Watched alone = new Watched();
        pass(Duration.ofSeconds(8), () -> alone.bytes++);
        assertThat(alone.closed).isFalse();
        assertThat(first.closed).as("closed ones are forgotten").isFalse();
    }
}
