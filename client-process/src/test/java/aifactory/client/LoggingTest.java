package aifactory.client;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.client.delivery.SpoolLimits;
import aifactory.client.testing.Eventually;
import aifactory.client.testing.FakeClientService;
import aifactory.client.testing.FakeLoadGenerator;
import aifactory.client.testing.FakeLoadGenerator.FakeLoad;
import aifactory.client.testing.Orders;
import aifactory.client.testing.RunningClient;
import aifactory.node.NodeExitCode;
import aifactory.protocol.ClientCommand.Kind;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What a process writes into its log: whose line it is on every line, its token on none. */
class LoggingTest {
    private static final String TOKEN = "never-to-be-seen-in-a-log";

    @TempDir
    private Path directory;

    private final Logger logger = (Logger) LoggerFactory.getLogger("aifactory.client");
    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            event.getMDCPropertyMap();
            events.add(event);
        }
    };

    @BeforeEach
    void listen() {
        logger.setLevel(Level.TRACE);
        logger.setAdditive(false);
        appender.start();
        logger.addAppender(appender);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(appender);
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    private boolean logged(String text) {
        return events.stream().anyMatch(event -> event.getFormattedMessage().contains(text));
    }

    @Test
    void everyLineTellsWhoseItIsAndNoneTellsTheToken() throws Exception {
        Path secret = Files.writeString(directory.resolve("secret"), TOKEN);
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        FakeLoadGenerator generator = new FakeLoadGenerator();
        try (FakeClientService service = new FakeClientService(1);
                RunningClient client = RunningClient.start(
                        RunningClient.configuration(
                                List.of(service.uri()), RunningClient.TIMINGS, new SpoolLimits(1_000, null, 0), secret),
                        Map.of(),
                        generator)) {
            service.fail("connect", 2, 503, "starting");
            service.fail("armed", 1, 503, "busy");
            service.order(Orders.prepare("run-1"));
            Eventually.until("the client is armed", () -> !service.armed().isEmpty());
            service.order(Kind.START, "run-1", System.nanoTime());
            FakeLoad load = generator.awaitLoad(0);
            load.awaitStart();
            service.goAway();
            for (int second = 0; second < 10; second++) {
                load.deliver(second, 2);
            }
            Eventually.until("the spool overflows", load::isStopped);
            Eventually.until("a delivery is tried in vain", () -> logged("not delivered, keeping it"));
            service.comeBack();
            Eventually.until("the run is complete", () -> service.isComplete("run-1"));
            service.forgetClients(3);
            Eventually.until("it registers again", () -> service.registrations().size() == 2);
            service.order(Kind.EXIT, null, null);
            assertThat(client.awaitExit()).isEqualTo(NodeExitCode.DONE);
        }

        assertThat(events)
                .extracting(ILoggingEvent::getFormattedMessage)
                .anyMatch(line -> line.contains("not registered yet"))
                .anyMatch(line -> line.contains("spool_overflow"))
                .anyMatch(line -> line.contains("not delivered, keeping it"))
                .anyMatch(line -> line.contains("this process is client 3 from now on"));
        assertThat(events).allSatisfy(event -> {
            assertThat(event.getMDCPropertyMap()).as("context of '%s'", event).containsEntry("benchmark_id", "1");
            assertThat(event.getFormattedMessage()).doesNotContain(TOKEN);
        });
        assertThat(events)
                .filteredOn(event -> event.getLoggerName().endsWith("RunRecorder"))
                .isNotEmpty()
                .allSatisfy(event -> assertThat(event.getMDCPropertyMap()).containsEntry("client_id", "0"));
    }
}
