package aifactory.service.simulation;

import aifactory.protocol.BatchAcknowledgement;
import aifactory.protocol.BatchMessage;
import aifactory.protocol.ClientCommand;
import aifactory.protocol.ConnectRequest;
import aifactory.service.RequestRefusedException;
import aifactory.service.runs.BatchConflict;
import aifactory.service.simulation.SimulatedNetwork.NoResponseException;
import aifactory.service.testing.Measurements;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A client process as the protocol describes it: registers, polls, prepares, measures each second, delivers its batches
 * in order until they are acknowledged. It ends when it is ordered to or when its group has been deleted.
 */
final class SimulatedClient {
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final int MOST_REQUESTS = 20;

    private final SimulatedThreads.SimulatedProcess process;
    private final SimulatedService service;
    private final RandomGenerator random;
    private final Ledger ledger;
    private final long benchmarkId;
    private final ConnectRequest registration;
    private final boolean previousVersion;
    private final Map<String, Measuring> runs = new HashMap<>();
    private int clientId = -1;
    private boolean over;

    /** A run as this client knows it. */
    private static final class Measuring {
        private long seconds;
        private boolean started;
        private boolean stopped;
    }

    /** @param previousVersion whether it writes the messages of the last version */
    SimulatedClient(
            SimulatedThreads.SimulatedProcess process,
            SimulatedService service,
            RandomGenerator random,
            Ledger ledger,
            long benchmarkId,
            ConnectRequest registration,
            boolean previousVersion) {
        this.process = process;
        this.service = service;
        this.random = random;
        this.ledger = ledger;
        this.benchmarkId = benchmarkId;
        this.registration = registration;
        this.previousVersion = previousVersion;
    }

    void start() {
        process.start("client", this::live);
    }

    private void live() {
        try {
            if (!register()) {
                return;
            }
            long after = 0;
            while (!over) {
                for (ClientCommand command : poll(after)) {
                    obey(command);
                    after = command.sequence();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean register() throws InterruptedException {
        while (true) {
            try {
                clientId = service.connect(process, benchmarkId, registration).clientId();
                return true;
            } catch (RequestRefusedException e) {
                if (e.status() != 503) {
                    return false;
                }
            } catch (Exception e) {
                rethrowInterruption(e);
            }
            process.sleep(RETRY);
        }
    }

    private List<ClientCommand> poll(long after) throws InterruptedException {
        try {
            return service.commands(process, benchmarkId, clientId, after, SECOND);
        } catch (RequestRefusedException e) {
            // The group was deleted, or another process has taken this one's place.
            over = e.status() == 404 || e.status() == 409;
        } catch (Exception e) {
            rethrowInterruption(e);
            process.sleep(RETRY);
        }
        return List.of();
    }

    private void obey(ClientCommand command) {
        switch (command.kind()) {
            case PREPARE -> {
                Measuring run = runs.computeIfAbsent(String.valueOf(command.runId()), id -> new Measuring());
                Duration planned = command.specification() == null
                        ? null
                        : command.specification().duration();
                run.seconds = planned == null ? 1 : planned.toSeconds();
                process.start(
                        "prepare",
                        () -> untilAnswered(() -> {
                            service.armed(process, benchmarkId, clientId, String.valueOf(command.runId()));
                            return 0L;
                        }));
            }
            case START -> {
                Measuring run = runs.get(command.runId());
                if (run != null && !run.started) {
                    run.started = true;
                    process.start("measure", () -> measure(String.valueOf(command.runId()), run));
                }
            }
            case STOP -> {
                Measuring run = runs.get(command.runId());
                if (run != null) {
                    run.stopped = true;
                }
            }
            case EXIT -> over = true;
        }
    }

    private void measure(String runId, Measuring run) {
        try {
            long sequence = 0;
            while (sequence < run.seconds && !run.stopped) {
                process.sleep(SECOND);
                int requests = random.nextInt(MOST_REQUESTS + 1);
                BatchMessage batch = Measurements.batch(runId, clientId, sequence, requests);
                if (!deliver(batch, requests)) {
                    return;
                }
                sequence++;
            }
            deliver(Measurements.last(runId, sequence, sequence, run.stopped), 0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the service still takes batches of the run. */
    private boolean deliver(BatchMessage batch, int requests) throws InterruptedException {
        ledger.measured(batch.runId(), clientId, batch.sequence(), requests);
        byte[] body = PreviousVersion.write(batch, previousVersion);
        Long durable = untilAnswered(() -> {
            BatchAcknowledgement acknowledgement = service.deliver(process, benchmarkId, clientId, body);
            return acknowledgement.durableThrough();
        });
        if (durable == null) {
            return false;
        }
        if (durable < batch.sequence()) {
            throw new IllegalStateException("batch " + batch.sequence() + " was answered with " + durable);
        }
        ledger.acknowledged(batch.runId(), clientId, batch.sequence());
        return true;
    }

    /** Asks until there is an answer; null when the service refuses for good. */
    private @Nullable Long untilAnswered(SimulatedNetwork.Handler<Long> request) {
        try {
            while (!process.isKilled()) {
                try {
                    return request.handle();
                } catch (RequestRefusedException e) {
                    if (e.status() == 422) {
                        throw new IllegalStateException("what a client sends was not understood: " + e.detail(), e);
                    }
                    if (e.status() != 503) {
                        return null;
                    }
                } catch (BatchConflict e) {
                    throw new IllegalStateException("an acknowledged batch is missing: " + e.getMessage(), e);
                } catch (NoResponseException e) {
                    // Asked again below.
                } catch (Exception e) {
                    rethrowInterruption(e);
                }
                process.sleep(RETRY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return null;
    }

    private static void rethrowInterruption(Exception e) throws InterruptedException {
        if (e instanceof InterruptedException interruption) {
            throw interruption;
        }
    }
}
