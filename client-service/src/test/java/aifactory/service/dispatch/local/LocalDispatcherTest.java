package aifactory.service.dispatch.local;

import aifactory.service.dispatch.ClientDispatcher;
import aifactory.service.dispatch.ClientDispatcherContract;
import aifactory.service.dispatch.DispatcherUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The contract, with real processes. */
final class LocalDispatcherTest extends ClientDispatcherContract {
    @Override
    protected DispatcherUnderTest open(Path directory) throws IOException {
        return new World(directory);
    }

    /** Its processes are shells that wait for a file. */
    private static final class World implements DispatcherUnderTest {
        private final Path directory;
        private Instant now = Instant.parse("2026-11-24T06:00:00Z");
        private LocalDispatcher dispatcher;

        World(Path directory) throws IOException {
            this.directory = directory;
            Files.createDirectories(logDirectory());
            dispatcher = life();
        }

        private LocalDispatcher life() {
            return new LocalDispatcher(
                    new ClientsOnThisMachine(
                            client -> List.of(
                                    "/bin/sh",
                                    "-c",
                                    "while [ ! -e \"$0\" ]; do sleep 0.02; done",
                                    endFile(client.benchmarkId(), client.processNumber())
                                            .toString(),
                                    "--benchmark-id",
                                    Long.toString(client.benchmarkId()),
                                    client.clientService().toString()),
                            server -> List.of("/bin/false"),
                            () -> Long.MAX_VALUE),
                    directory.resolve("jobs"),
                    () -> now,
                    Duration.ofSeconds(5));
        }

        private Path endFile(long benchmarkId, int number) {
            return directory.resolve("end." + benchmarkId + "." + number);
        }

        @Override
        public ClientDispatcher dispatcher() {
            return dispatcher;
        }

        @Override
        public void restart() {
            dispatcher.close();
            dispatcher = life();
        }

        @Override
        public void settle() {}

        @Override
        public void pass(Duration time) {
            now = now.plus(time);
        }

        @Override
        public void endProcesses(String jobId) throws IOException {
            Path job = directory.resolve("jobs").resolve(jobId.substring("local-".length()));
            for (int number = 0; Files.exists(LocalJob.identityFile(job, number)); number++) {
                loseProcess(jobId, number);
            }
        }

        @Override
        public void loseProcess(String jobId, int number) throws IOException {
            Path job = directory.resolve("jobs").resolve(jobId.substring("local-".length()));
            long benchmarkId = LocalJob.read(job).orElseThrow().benchmarkId();
            Files.createFile(endFile(benchmarkId, number));
        }

        @Override
        public Path logDirectory() {
            return directory.resolve("logs");
        }

        @Override
        public void close() {
            dispatcher.close();
        }
    }
}
