package aifactory.service.groups;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.JsonFormat;
import aifactory.service.AuthenticationMode;
import aifactory.service.BuildIdentity;
import aifactory.service.ClientServiceConfiguration;
import aifactory.service.composition.ClientService;
import aifactory.service.composition.ServiceDependencies;
import aifactory.service.dispatch.ClientDispatcher;
import aifactory.service.dispatch.DispatchOrder;
import aifactory.service.dispatch.DispatchedJob;
import aifactory.service.dispatch.JobStatus;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A thousand client processes register within moments of each other, as srun starts them. */
final class RegistrationTest {
    private static final int CLIENTS = 1_000;

    @TempDir
    private Path directory;

    @Test
    void aThousandClientsRegisterAtOnceAndNoneIsRefused() throws Exception {
        ClientServiceConfiguration configuration = ClientServiceConfiguration.defaults(
                        directory.resolve("data"), directory.resolve("shared"))
                .withAddress("127.0.0.1", 0, null)
                .withAuthentication(AuthenticationMode.NONE)
                .withAiServers(List.of(URI.create("http://127.0.0.1:1")));
        try (ClientService service = ClientService.start(
                        configuration, ServiceDependencies.system(new JobsThatRun(), BuildIdentity.UNKNOWN));
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            URI group = service.address().resolve("/api/v1/client-group/7");
            assertThat(post(client, group, "{\"num_clients\":" + CLIENTS + ",\"time_limit\":10}")
                            .statusCode())
                    .isEqualTo(201);
            assertThat(registerAll(client, group)).hasSize(CLIENTS);
            JsonNode info = JsonFormat.mapper()
                    .readTree(client.send(HttpRequest.newBuilder(group).build(), HttpResponse.BodyHandlers.ofString())
                            .body())
                    .path("info");
            assertThat(info.path("registered").asInt()).isEqualTo(CLIENTS);
            assertThat(info.path("status").asString()).isEqualTo("ready");
        }
    }

    /** The numbers that the clients were given. */
    private static Set<Integer> registerAll(HttpClient client, URI group) throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        List<Future<HttpResponse<String>>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int number = 0; number < CLIENTS; number++) {
                String body = "{\"client_address\":\"http://10.0.%d.%d:9000\",\"job_id\":\"1\",\"process_number\":%d}"
                        .formatted(number / 250, number % 250 + 1, number);
                Callable<HttpResponse<String>> registration = () -> {
                    start.await();
                    return post(client, URI.create(group + "/connect"), body);
                };
                answers.add(threads.submit(registration));
            }
            start.countDown();
        }
        Set<Integer> numbers = new HashSet<>();
        for (Future<HttpResponse<String>> answer : answers) {
            assertThat(answer.get().statusCode()).as(answer.get().body()).isEqualTo(201);
            numbers.add(JsonFormat.mapper()
                    .readTree(answer.get().body())
                    .path("client_id")
                    .asInt());
        }
        return numbers;
    }

    private static HttpResponse<String> post(HttpClient client, URI address, String body)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(address)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Jobs that run from the beginning and end when ordered to; any registration counts as their process. */
    private static final class JobsThatRun implements ClientDispatcher {
        private static final JobStatus RUNNING = new JobStatus(
                JobStatus.Phase.RUNNING, "RUNNING", null, Instant.EPOCH, null, List.of(), Set.of(), 0, false);

        @Override
        public String name() {
            return "none";
        }

        @Override
        public String preview(DispatchOrder order) {
            return "";
        }

        @Override
        public DispatchedJob submit(DispatchOrder order) {
            assertThat(Files.exists(order.secretFile())).isTrue();
            return new DispatchedJob(order.token(), List.of());
        }

        @Override
        public Optional<DispatchedJob> adopt(DispatchOrder order) {
            return Optional.empty();
        }

        @Override
        public Map<String, JobStatus> states(Collection<String> jobIds) {
            Map<String, JobStatus> states = new HashMap<>();
            jobIds.forEach(jobId -> states.put(jobId, RUNNING));
            return states;
        }

        @Override
        public boolean awaitEnd(String jobId, Duration longest) {
            return true;
        }

        @Override
        public JobStatus cancelAndConfirm(String jobId) {
            return RUNNING;
        }

        @Override
        public void forget(String jobId) {}

        @Override
        public void close() {}
    }
}
