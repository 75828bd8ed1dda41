package aifactory.service.faults;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.ArmedMessage;
import aifactory.protocol.BatchMessage;
import aifactory.service.testing.FakeClient;
import aifactory.service.testing.Measurements;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Groups are created, run, and deleted while the service is killed at random moments; at the end everything that was acknowledged has
 * to be there. {@code -Dservice.kills=100 -Dservice.seed=7} for more of it, or the same again.
 */
final class ServiceKillTest {
    private static final int CLIENTS = 2;

    @TempDir
    Path directory = Path.of("");

    /** What the service has said that it keeps. */
    private final Set<Long> groups = new HashSet<>();

    private final Set<Long> deleted = new HashSet<>();
    private final Map<String, Long> requestsOfRuns = new LinkedHashMap<>();
    private final Map<String, String> summaries = new LinkedHashMap<>();
    private int batches;

    @Test
    void nothingThatWasAcknowledgedIsLost() throws Exception {
        int kills = Integer.getInteger("service.kills", 8);
        long seed = Long.getLong("service.seed", System.nanoTime());
        Random random = new Random(seed);
        try (KilledService service = new KilledService(directory, new Random(random.nextLong()), kills)) {
            service.start();
            PatientHttp http = new PatientHttp(service, directory.resolve("data/token"));
            long id = 0;
            while (!service.isLastLife()) {
                id++;
                createGroup(http, id);
                int runs = 1 + random.nextInt(2);
                for (int run = 0; run < runs; run++) {
                    lead(http, id, random);
                }
                if (random.nextBoolean()) {
                    delete(http, id);
                }
                checkAll(http);
            }
            checkAll(http);
            System.out.printf(
                    "seed %d: killed %d times; %d groups, %d runs, %d batches acknowledged, all there%n",
                    seed, service.killed(), groups.size() + deleted.size(), summaries.size(), batches);
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
        assertThat(summaries).isNotEmpty();
    }

    private static String group(long id) {
        return "/api/v1/client-group/" + id;
    }

    private void createGroup(PatientHttp http, long id) throws InterruptedException {
        PatientHttp.Told told = http.ask("POST", group(id), Map.of("num_clients", CLIENTS, "time_limit", 60));
        // A conflict tells of an earlier request whose answer died with the service.
        assertThat(told.status()).as(told.text()).isIn(201, 409);
        PatientHttp.Told shown = http.get(group(id));
        assertThat(shown.status())
                .as("group %d, just acknowledged: %s", id, shown.text())
                .isEqualTo(200);
        if (shown.json().at("/info/status").asString("").equals("failed")) {
            throw new AssertionError("group " + id + " failed: " + shown.text());
        }
        groups.add(id);
        for (int client = 0; client < CLIENTS; client++) {
            PatientHttp.Told connected = http.ask("POST", group(id) + "/connect", FakeClient.registration(client));
            assertThat(connected.status()).as(connected.text()).isEqualTo(201);
            assertThat(connected.json().path("client_id").asInt(-1)).isEqualTo(client);
        }
    }

    /** A whole run, led through all that happens to the service. */
    private void lead(PatientHttp http, long id, Random random) throws Exception {
        String before = http.get(group(id)).json().at("/info/latest_run_id").asString("");
        Thread asking = null;
        Progress[] progress = {new Progress(0, random), new Progress(1, random)};
        String runId = "";
        while (true) {
            JsonNode info = http.get(group(id)).json().path("info");
            String latest = info.path("latest_run_id").asString("");
            if (latest.equals(before)) {
                if (asking == null || !asking.isAlive()) {
                    asking = Thread.ofVirtual().start(() -> ask(http, id));
                }
            } else {
                runId = latest;
            }
            for (Progress client : progress) {
                client.step(http, id, runId);
            }
            if (!runId.isEmpty() && ended(http, runId)) {
                break;
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        long sent = progress[0].requests + progress[1].requests;
        requestsOfRuns.put(runId, sent);
        PatientHttp.Told summary = http.get("/api/v1/runs/" + runId + "/summary");
        assertThat(summary.status())
                .as("the result of run %s: %s", runId, summary.text())
                .isEqualTo(200);
        summaries.put(runId, summary.text());
    }

    /** Asks for the run once; the answer may die with the service. */
    private static void ask(PatientHttp http, long id) {
        try {
            http.once("POST", group(id) + "/run?when=ready", Map.of("duration", "2s"));
        } catch (IOException e) {
            // Whether it took effect is seen at the group.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean ended(PatientHttp http, String runId) throws InterruptedException {
        String state = http.get("/api/v1/runs/" + runId).json().path("state").asString("");
        assertThat(state).isNotIn("failed", "incomplete");
        return Set.of("completed", "invalid", "stopped").contains(state);
    }

    private void delete(PatientHttp http, long id) throws InterruptedException {
        groups.remove(id);
        PatientHttp.Told told = http.ask("DELETE", group(id), null);
        while (told.status() == 409) {
            TimeUnit.MILLISECONDS.sleep(10);
            told = http.ask("DELETE", group(id), null);
        }
        assertThat(told.status()).as(told.text()).isIn(200, 404);
        deleted.add(id);
    }

    private void checkAll(PatientHttp http) throws InterruptedException {
        for (long id : groups) {
            assertThat(http.get(group(id)).status()).as("group %d", id).isEqualTo(200);
        }
        for (long id : deleted) {
            assertThat(http.get(group(id)).status()).as("deleted group %d", id).isEqualTo(404);
        }
        for (Map.Entry<String, String> summary : summaries.entrySet()) {
            String run = "/api/v1/runs/" + summary.getKey();
            assertThat(http.get(run + "/summary").text()).isEqualTo(summary.getValue());
            long records = http.get(run + "/records").text().lines().count();
            assertThat(records)
                    .as("records of run %s", summary.getKey())
                    .isEqualTo(requestsOfRuns.get(summary.getKey()));
        }
    }

    /** How far a client has got with its run; it sends every batch until that is acknowledged. */
    private final class Progress {
        private final int client;
        private final List<BatchMessage> toSend = new ArrayList<>();
        private final int seconds;
        private final int perSecond;
        private boolean armed;
        private boolean planned;
        private long requests;

        Progress(int client, Random random) {
            this.client = client;
            this.seconds = 1 + random.nextInt(4);
            this.perSecond = random.nextInt(20);
        }

        void step(PatientHttp http, long id, String runId) throws InterruptedException {
            String path = group(id) + "/clients/" + client;
            JsonNode commands =
                    http.get(path + "/commands?after=0&wait_ms=0").json().path("commands");
            for (JsonNode command : commands) {
                String kind = command.path("kind").asString("");
                if (runId.isEmpty() || !command.path("run_id").asString("").equals(runId)) {
                    continue;
                }
                if (kind.equals("prepare") && !armed) {
                    armed = http.ask("POST", path + "/armed", new ArmedMessage(runId, null))
                                    .status()
                            == 200;
                } else if (kind.equals("start") && !planned) {
                    planned = true;
                    for (int second = 0; second < seconds; second++) {
                        toSend.add(Measurements.batch(runId, client, second, perSecond));
                    }
                    toSend.add(Measurements.last(runId, seconds, seconds, false));
                }
            }
            if (!toSend.isEmpty()) {
                BatchMessage batch = toSend.getFirst();
                PatientHttp.Told told = http.ask("POST", path + "/batches", batch);
                assertThat(told.status())
                        .as("batch %d of %s: %s", batch.sequence(), runId, told.text())
                        .isEqualTo(200);
                assertThat(told.json().path("durable_through").asLong(-1)).isGreaterThanOrEqualTo(batch.sequence());
                toSend.removeFirst();
                batches++;
                requests += batch.records().size();
            }
        }
    }
}
