package aifactory.engine;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.measurement.RequestRecord;
import aifactory.simulator.Recording;
import aifactory.simulator.SimulatorOptions;
import aifactory.simulator.recording.Recordings;
import aifactory.simulator.server.InferenceSimulator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every response of the corpus, sent by the simulator as it was recorded and in other segments, is judged as its author
 * says.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
@TestInstance(Lifecycle.PER_CLASS)
class CorpusTest {
    private static final long SEED = 20_261_129;
    /** How often each is asked for on one connection, if it stays open. */
    private static final int TIMES = 2;

    private final List<CorpusEntry> corpus = CorpusEntry.readAll();

    @SuppressWarnings("NullAway.Init") // set before the first test
    private InferenceSimulator server;

    @BeforeAll
    void replay() throws Exception {
        List<Recording> recordings = new ArrayList<>();
        Random random = new Random(SEED);
        for (Recording recording : Recordings.read(CorpusEntry.DIRECTORY)) {
            for (Segmentation segmentation : Segmentation.values()) {
                recordings.add(segmentation.of(recording, random));
            }
        }
        server =
                InferenceSimulator.start(SimulatorOptions.defaults().withPort(0).withReplay(recordings));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    List<CorpusEntry> corpus() {
        return corpus;
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest(name = "{0}")
    @MethodSource("corpus")
    void isJudgedRight(CorpusEntry entry) throws Exception {
        for (Segmentation segmentation : Segmentation.values()) {
            TestWorkload workload = workload(entry);
            workload.model = segmentation.nameOf(entry.name());
            CollectingSink sink = EngineRun.against(
                    List.of(server.address()),
                    workload,
                    EngineSettings.forCores(1).withoutWarmUp());
            assertThat(sink.records()).hasSize(TIMES);
            for (RequestRecord record : sink.records()) {
                assertThat(entry.misjudgements(record))
                        .as("%s, %s (seed %d): %s", entry.name(), segmentation, SEED, record)
                        .isEmpty();
            }
        }
    }

    @Test
    void itHasServersThatRanAndDialectsOfThoseThatCannot() {
        Set<String> recorded = new HashSet<>();
        Set<String> written = new HashSet<>();
        for (CorpusEntry entry : corpus) {
            (entry.source().equals("recorded") ? recorded : written).add(entry.server());
        }
        assertThat(recorded.stream().map(CorpusTest::firstWord).collect(Collectors.toSet()))
                .contains("llama.cpp", "LiteLLM", "LitServe", "AIMock", "GuideLLM", "transformers");
        assertThat(written.stream().map(CorpusTest::firstWord).collect(Collectors.toSet()))
                .contains("vLLM", "SGLang", "TGI", "TensorRT-LLM", "NIM", "Ollama", "Azure", "Anthropic");
        assertThat(corpus).filteredOn(CorpusEntry::isCompleted).isNotEmpty();
        assertThat(corpus).filteredOn(entry -> !entry.isCompleted()).isNotEmpty();
    }

    private static String firstWord(String text) {
        return text.split(" ", 2)[0];
    }

    private static TestWorkload workload(CorpusEntry entry) {
        TestWorkload workload = TestWorkload.closed(1, TIMES);
        workload.endpoint = entry.endpoint();
        workload.streaming = entry.isStreaming();
        workload.template = entry.template();
        workload.outputTokens = 8;
        workload.timeout = Duration.ofSeconds(20);
        return workload;
    }
}
