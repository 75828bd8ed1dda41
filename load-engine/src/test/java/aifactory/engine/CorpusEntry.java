package aifactory.engine;

import aifactory.measurement.RequestOutcome;
import aifactory.measurement.RequestRecord;
import aifactory.workload.Endpoint;
import aifactory.workload.RequestTemplate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One recording of the corpus: what was asked, and the right judgement. */
record CorpusEntry(String name, String server, String source, JsonNode request, JsonNode expect) {
    static final Path DIRECTORY = Path.of("..", "testbed", "corpus");

    private static final JsonMapper MAPPER = new JsonMapper();

    static List<CorpusEntry> readAll() {
        List<CorpusEntry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.walk(DIRECTORY)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".jsonl"))
                    .sorted()
                    .toList()) {
                for (String line : Files.readAllLines(file)) {
                    JsonNode json = MAPPER.readTree(line);
                    if (json.has("recording")) {
                        entries.add(new CorpusEntry(
                                json.path("recording").asString(),
                                json.path("server").asString(),
                                json.path("source").asString(),
                                json.path("request"),
                                json.path("expect")));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return entries;
    }

    @Override
    public String toString() {
        return name;
    }

    Endpoint endpoint() {
        String path = request.path("path").asString();
        if (expect.has("content_pointer")) {
            return Endpoint.TEMPLATE;
        }
        if (path.contains("/embeddings")) {
            return Endpoint.EMBEDDINGS;
        }
        return path.contains("/completions") && !path.contains("/chat") ? Endpoint.COMPLETIONS : Endpoint.CHAT;
    }

    /** Whether a stream was asked for; where the body that was sent is broken, what the engine would have asked for. */
    boolean isStreaming() {
        JsonNode stream = request.path("body").path("stream");
        return endpoint() != Endpoint.EMBEDDINGS && (stream.isMissingNode() || stream.asBoolean());
    }

    @Nullable
    RequestTemplate template() {
        return expect.has("content_pointer")
                ? new RequestTemplate(
                        "/v1/template",
                        "{\"model\":\"{model}\",\"prompt\":\"{prompt}\",\"max_tokens\":{max_tokens}}",
                        expect.path("content_pointer").asString())
                : null;
    }

    boolean isCompleted() {
        return expect.path("outcome").asString().equals("completed");
    }

    /** What is not as it should be; empty when all is. */
    List<String> misjudgements(RequestRecord record) {
        List<String> wrong = new ArrayList<>();
        RequestOutcome outcome = isCompleted() ? RequestOutcome.COMPLETED : RequestOutcome.FAILED;
        compare(wrong, "outcome", outcome, record.outcome());
        if (isCompleted()) {
            compare(wrong, "error", null, record.error());
            compare(wrong, "output_tokens", expect.path("output_tokens").asInt(), record.outputTokens());
            String source = record.tokenSource() == null
                    ? null
                    : record.tokenSource().name().toLowerCase(Locale.ROOT);
            JsonNode expected = expect.path("token_source");
            compare(wrong, "token_source", expected.isNull() ? null : expected.asString(), source);
        } else {
            compare(wrong, "error", expect.path("error").asString(), record.error());
            JsonNode status = expect.path("status");
            compare(wrong, "status", status.isNull() ? null : status.asInt(), record.httpStatus());
            String message = expect.path("message").asString();
            if (!String.valueOf(record.errorDetail()).contains(message)) {
                wrong.add("message '" + message + "' is not in '" + record.errorDetail() + "'");
            }
        }
        return wrong;
    }

    private static void compare(List<String> wrong, String what, @Nullable Object expected, @Nullable Object actual) {
        if (!Objects.equals(expected, actual)) {
            wrong.add(what + " " + actual + " instead of " + expected);
        }
    }
}
