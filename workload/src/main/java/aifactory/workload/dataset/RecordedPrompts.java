package aifactory.workload.dataset;

import aifactory.workload.LengthSampler;
import aifactory.workload.SeededHash;
import aifactory.workload.SeededHash.Purpose;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.prompt.ByteBuilder;
import aifactory.workload.prompt.JsonText;
import aifactory.workload.prompt.PromptSource;
import aifactory.workload.prompt.SessionShape;
import aifactory.workload.token.Tokenizer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Prompts whose words are in a file. They are sent as they stand there: sessions take the entries in the order of the file and
 * begin again after the last.
 */
final class RecordedPrompts implements PromptSource {
    /** A rule of thumb for English, where no tokenizer is given and the server does not say. */
    private static final int BYTES_PER_TOKEN = 4;

    private final DatasetFile<RecordedEntry> file;
    private final WorkloadSpecification specification;
    private final SessionShape sessions;
    private final @Nullable Tokenizer tokenizer;

    RecordedPrompts(
            DatasetFile<RecordedEntry> file, WorkloadSpecification specification, @Nullable Tokenizer tokenizer) {
        this.file = file;
        this.specification = specification;
        this.sessions = new SessionShape(specification.seed(), specification.conversation());
        this.tokenizer = tokenizer;
    }

    private int number(long session) {
        return (int) (session % file.index().size());
    }

    private RecordedEntry.Turn turn(long session, int turn) {
        return file.entry(number(session)).spoken().get(turn);
    }

    @Override
    public int turns(long session) {
        return Math.min(sessions.turns(session), file.index().turns(number(session)));
    }

    @Override
    public long thinkNanos(long session, int turn) {
        Long recorded = turn(session, turn).thinkNanos();
        return recorded == null || turn == 0 ? sessions.thinkNanos(session, turn) : recorded;
    }

    @Override
    public int outputTokens(long session, int turn) {
        RecordedEntry.Turn recorded = turn(session, turn);
        if (recorded.outputTokens() != null) {
            return recorded.outputTokens();
        }
        if (recorded.answer() != null && tokenizer != null) {
            return Math.max(1, tokenizer.count(recorded.answer()));
        }
        return LengthSampler.sample(
                specification.outputLength(),
                SeededHash.bits(specification.seed(), Purpose.OUTPUT_LENGTH, SessionShape.request(session, turn)));
    }

    @Override
    public int appendText(long session, int turn, ByteBuilder out) {
        String text = text(turn(session, turn).messages());
        JsonText.appendEscaped(text, out);
        return tokens(text);
    }

    @Override
    public int appendMessages(long session, int turn, ByteBuilder out) {
        List<JsonNode> messages = turn(session, turn).messages();
        for (int i = 0; i < messages.size(); i++) {
            if (i > 0) {
                out.append((byte) ',');
            }
            out.append(JsonMapper.shared().writeValueAsBytes(messages.get(i)));
        }
        return tokens(text(messages));
    }

    /** What options say goes before what the file says. */
    @Override
    public void appendMembers(long session, int turn, ByteBuilder out) {
        JsonNode members = turn(session, turn).members();
        if (members == null) {
            return;
        }
        for (Map.Entry<String, JsonNode> member : members.properties()) {
            boolean said = specification.extraBody().containsKey(member.getKey())
                    || (specification.ignoreEos()
                            && List.of("ignore_eos", "min_tokens").contains(member.getKey()));
            if (!said) {
                out.append((byte) ',');
                out.append(JsonMapper.shared().writeValueAsBytes(member.getKey()));
                out.append((byte) ':');
                out.append(JsonMapper.shared().writeValueAsBytes(member.getValue()));
            }
        }
    }

    /** The words of messages, a part that is no text left out. */
    private static String text(List<JsonNode> messages) {
        StringBuilder text = new StringBuilder();
        for (JsonNode message : messages) {
            JsonNode content = message.path("content");
            if (content.isString()) {
                text.append(text.isEmpty() ? "" : "\n\n").append(content.stringValue());
            }
            for (JsonNode part :
                    content.isArray() ? content : JsonMapper.shared().createArrayNode()) {
                text.append(part.path("text").stringValue(""));
            }
        }
        return text.toString();
    }

    private int tokens(String text) {
        return tokenizer == null ? Math.ceilDiv(text.length(), BYTES_PER_TOKEN) : tokenizer.count(text);
    }
}
