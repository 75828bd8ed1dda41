package aifactory.engine;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.simulator.SimulatorOptions;
import aifactory.simulator.server.InferenceSimulator;
import aifactory.workload.DatasetReference;
import aifactory.workload.ImageSettings;
import aifactory.workload.RequestPayload;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Images in requests, from a dataset and synthetic ones, and servers that refuse them. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class MediaTest {
    private static final SimulatorOptions SERVER = SimulatorOptions.defaults()
            .withPort(0)
            .withModel("simulated")
            .withLatencies(Duration.ofMillis(1), Duration.ofNanos(100_000));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    /** A dataset of images of these sizes. */
    private TestWorkload workload(int... sizes) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < sizes.length; i++) {
            byte[] image = new byte[sizes[i]];
            new Random(i).nextBytes(image);
            System.arraycopy("\u0089PNG\r\n\u001a\n".getBytes(StandardCharsets.ISO_8859_1), 0, image, 0, 8);
            Files.write(directory.resolve(i + ".png"), image);
            lines.append("{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"what is it?\"},")
                    .append("{\"type\":\"image_url\",\"image_url\":{\"url\":\"" + i + ".png\"}}]}]}\n");
        }
        Path file = Files.writeString(directory.resolve("images.jsonl"), lines);
        TestWorkload workload = TestWorkload.closed(1, sizes.length);
        workload.dataset = new DatasetReference(DatasetReference.Format.JSONL, file.toString(), null);
        return workload;
    }

    @Test
    void imagesOfADatasetAreSent() throws Exception {
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            exchange.send(Answers.stream(List.of("a", "b")));
            return true;
        })) {
            TestWorkload workload = workload(1_000, 120_000);
            workload.count = 40L;
            CollectingSink sink = EngineRun.against(server.address(), workload);
            assertThat(sink.aggregate().all().errors()).isEmpty();
            assertThat(sink.aggregate().all().completed()).isEqualTo(40);
            String image = Base64.getEncoder().encodeToString(Files.readAllBytes(directory.resolve("1.png")));
            assertThat(server.requests().get(1).body())
                    .contains("\"image_url\":{\"url\":\"data:image/png;base64," + image + "\"}");
        }
    }

    /** The connection stays usable, or is replaced: the requests after a refused one complete. */
    @Test
    void imagesBeyondTheServersLimitAreNamedFailures() throws Exception {
        SimulatorOptions limited =
                SERVER.withCapacity(new SimulatorOptions.Capacity(16, 16, 64, 20_000, 4096, 1 << 20));
        try (InferenceSimulator server = InferenceSimulator.start(limited)) {
            CollectingSink sink = EngineRun.against(server.address(), workload(1_000, 30_000, 2_000, 40_000, 500));
            assertThat(sink.aggregate().all().errors()).isEqualTo(Map.of("http_client_error", 2L));
            assertThat(sink.aggregate().all().completed()).isEqualTo(3);
            assertThat(sink.records())
                    .filteredOn(record -> record.error() != null)
                    .allMatch(record -> Integer.valueOf(413).equals(record.httpStatus()))
                    .allMatch(record -> String.valueOf(record.errorDetail()).contains("20000"));

            TestWorkload synthetic = TestWorkload.closed(1, 3);
            synthetic.payload = new RequestPayload(null, 8, Map.of(), new ImageSettings(2, 800, 800), null, 0);
            assertThat(EngineRun.against(server.address(), synthetic)
                            .aggregate()
                            .all()
                            .errors())
                    .isEqualTo(Map.of("http_client_error", 3L));
        }
    }

    /** As vLLM and gateways say it. */
    @Test
    void whatAServerSaysOfAnImageIsReported() throws Exception {
        String refusal = "{\"error\":{\"message\":\"At most 0 image(s) may be provided in one prompt.\",\"code\":400}}";
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            exchange.send(Answers.json(refusal).replace("200 OK", "400 Bad Request"));
            return true;
        })) {
            CollectingSink sink = EngineRun.against(server.address(), workload(1_000));
            assertThat(sink.aggregate().all().errors()).isEqualTo(Map.of("http_client_error", 1L));
            assertThat(sink.records().getFirst().errorDetail()).contains("At most 0 image(s) may be provided");
        }
    }
}
