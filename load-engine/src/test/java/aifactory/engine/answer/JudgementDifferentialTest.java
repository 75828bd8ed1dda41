package aifactory.engine.answer;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.engine.Mutations;
import aifactory.engine.ResponseCase;
import aifactory.engine.http.AnswerFault;
import aifactory.engine.http.ResponseDecoder;
import aifactory.measurement.FailureKind;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The same response, cut into other reads, and read with what the streams before it have taught: whichever ways it
 * takes through the engine, and whichever it is spared, the judgement is that of the slow way, which looks at every
 * event as if it were the first.
 */
class JudgementDifferentialTest {
    private static final long SEED = 20261129;
    private static final int ROUNDS = 60;
    private static final int MAXIMUM_EVENT_BYTES = 1 << 20;

    private int spared;

    /** Everything that is made of a response. */
    private record Judgement(List<String> heard, String ending, Object details) {}

    private static List<ResponseCase> streams() {
        return Stream.of("cases.jsonl", "streams.jsonl")
                .flatMap(file -> ResponseCase.of(file).stream())
                .filter(response -> response.document().path("stream").asBoolean(true))
                .toList();
    }

    private static byte[] whole(ResponseCase response) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        response.pieces().forEach(piece -> bytes.writeBytes(piece.bytes()));
        return bytes.toByteArray();
    }

    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void everyStreamIsJudgedTheSameHoweverItIsCutAndWhateverCameBefore() {
        SplittableRandom random = new SplittableRandom(SEED);
        List<ResponseCase> streams = streams();
        SharedScanning shared = new SharedScanning();
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < streams.size(); i++) {
                ResponseCase response = streams.get(random.nextInt(streams.size()));
                byte[] bytes = whole(response);
                Judgement slow = judge(response, List.of(bytes), null);
                List<byte[]> reads = random.nextInt(3) == 0 ? pieces(response) : Mutations.split(bytes, random);
                assertThat(judge(response, reads, shared))
                        .as("seed %d, round %d, %s", SEED, round, response.name())
                        .isEqualTo(slow);
            }
        }
        assertThat(spared).as("reads that spared the decoders").isGreaterThan(ROUNDS * 50);
    }

    /**
     * The same for streams that are damaged: bytes changed, left out, doubled, the end cut off. Not for compressed
     * ones: how much comes out before the damage depends on how they are cut.
     */
    @Execution(ExecutionMode.CONCURRENT)
    @Test
    void damagedStreamsToo() {
        SplittableRandom random = new SplittableRandom(SEED + 1);
        List<ResponseCase> streams = streams().stream()
                .filter(response ->
                        !response.document().path("steps").toString().contains("\"compress\""))
                .filter(response ->
                        !response.document().path("head").asString("").contains("ncoding: gzip"))
                .filter(response ->
                        !response.document().path("head").asString("").contains("ncoding: deflate"))
                .toList();
        SharedScanning shared = new SharedScanning();
        for (int i = 0; i < ROUNDS * 200; i++) {
            ResponseCase response = streams.get(random.nextInt(streams.size()));
            byte[] bytes = Mutations.damage(whole(response), random);
            if (bytes.length > 20_000) {
                continue;
            }
            Judgement slow = judge(response, List.of(bytes), null);
            assertThat(judge(response, Mutations.split(bytes, random), shared))
                    .as("seed %d, number %d, %s: %s", SEED + 1, i, response.name(), Mutations.text(bytes))
                    .isEqualTo(slow);
        }
    }

    private static List<byte[]> pieces(ResponseCase response) {
        return response.pieces().stream().map(ResponseCase.Piece::bytes).toList();
    }

    /**
     * @param shared what the event loop has learnt; null for the slow way, which keeps the text and so learns nothing
     */
    private Judgement judge(ResponseCase response, List<byte[]> reads, @Nullable SharedScanning shared) {
        boolean slow = shared == null;
        List<String> heard = new ArrayList<>();
        AnswerListener listener = output -> heard.add(output ? "output" : "reasoning");
        SharedScanning scanning = shared == null ? new SharedScanning() : shared;
        String pointer = response.document().path("pointer").asString(null);
        AnswerReader reader =
                new AnswerReader(listener, scanning, new AnswerKind(true, pointer, slow), MAXIMUM_EVENT_BYTES);
        ResponseDecoder decoder = new ResponseDecoder(8192);
        reader.reset();
        String ending;
        try {
            boolean steady = false;
            for (byte[] read : reads) {
                if (!slow && steady && scanning.readWholeEvents(read, read.length, reader.choices(), listener)) {
                    spared++;
                    continue;
                }
                byte[] reused = Arrays.copyOf(read, read.length);
                decoder.decode(reused, 0, reused.length, reader);
                // Theirs only during the call.
                Arrays.fill(reused, (byte) '#');
                if (decoder.isComplete()) {
                    break;
                }
                steady = decoder.isBetweenChunks() && reader.isIndifferentToContent();
            }
            decoder.closed(reader);
            ending = "completed";
        } catch (AnswerFault fault) {
            AnswerFault known = fault.kind() == FailureKind.TRUNCATED && !decoder.isComplete() && decoder.hasHead()
                    ? reader.knownFailure()
                    : null;
            AnswerFault judged = known == null ? fault : known;
            ending = judged.kind() + " " + judged.getMessage();
        }
        String tokens = " mismatch " + reader.isUsageMismatch(heard.size()) + " input " + reader.promptTokens();
        return new Judgement(heard, ending + tokens, reader.details(heard.size()));
    }
}
