package aifactory.workload.dataset;

import aifactory.workload.LengthSampler;
import aifactory.workload.SeededHash;
import aifactory.workload.SeededHash.Purpose;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.dataset.entry.Entry;
import aifactory.workload.dataset.entry.SessionEntry;
import aifactory.workload.dataset.entry.SessionEntry.GeneratedPrompt;
import aifactory.workload.prompt.ByteBuilder;
import aifactory.workload.prompt.JsonText;
import aifactory.workload.prompt.PromptSource;
import aifactory.workload.prompt.SessionShape;
import aifactory.workload.prompt.SyntheticText;
import aifactory.workload.token.Tokenizer;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The prompts of a dataset: recorded ones are sent unchanged, those of which the file has the lengths are made of
 * words. Sessions follow the order of the selection and start again after the last.
 *
 * <p>Prompts with the same identifiers of blocks at their beginning share that prefix, token for token. The words are
 * those of the run, so that two runs share nothing.
 */
final class DatasetPrompts implements PromptSource {
    /** A rule of thumb for English, where there is no tokenizer and the server reports no count. */
    private static final int BYTES_PER_TOKEN = 4;

    private final SessionReader reader;
    private final TraceSelection selection;
    private final WorkloadSpecification specification;
    private final SessionShape shape;
    private final @Nullable Tokenizer tokenizer;
    private final Supplier<SyntheticText> textSource;
    private final long saltedSeed;
    private final long mediaBytes;
    private @Nullable SyntheticText text;

    /**
     * @param textSource is asked for words when the first prompt needs them
     * @param mediaBytes of a request, on average
     */
    DatasetPrompts(
            SessionReader reader,
            TraceSelection selection,
            WorkloadSpecification specification,
            String salt,
            @Nullable Tokenizer tokenizer,
            Supplier<SyntheticText> textSource,
            long mediaBytes) {
        this.mediaBytes = mediaBytes;
        this.reader = reader;
        this.selection = selection;
        this.specification = specification;
        this.shape = new SessionShape(specification.seed(), specification.conversation());
        this.tokenizer = tokenizer;
        this.textSource = textSource;
        this.saltedSeed = specification.seed() ^ SeededHash.ofText(specification.samePrompts() ? "" : salt);
    }

    private SessionEntry.Turn turn(long session, int turn) {
        return reader.session(selection.number(session)).turns().get(turn);
    }

    @Override
    public long mediaBytes() {
        return mediaBytes;
    }

    @Override
    public int turns(long session) {
        int recorded = selection.turns(session);
        return specification.conversation() == null ? recorded : Math.min(shape.turns(session), recorded);
    }

    @Override
    public int continues(long session, int turn) {
        return turn(session, turn).continues();
    }

    @Override
    public List<Integer> waitsFor(long session, int turn) {
        return turn(session, turn).waitsFor();
    }

    @Override
    public long thinkNanos(long session, int turn) {
        if (turn == 0) {
            return 0;
        }
        Long recorded = turn(session, turn).thinkNanos();
        return recorded == null ? shape.thinkNanos(session, turn) : selection.shortened(recorded);
    }

    @Override
    public long offsetNanos(long session, int turn) {
        if (!selection.isTimed() || turn == 0) {
            return NO_OFFSET;
        }
        SessionEntry entry = reader.session(selection.number(session));
        long due = entry.turns().get(turn).dueNanos();
        return due == Entry.NO_TIME || entry.timestampNanos() == Entry.NO_TIME
                ? NO_OFFSET
                : Math.max(0, selection.shortened(due - entry.timestampNanos()));
    }

    @Override
    public int outputTokens(long session, int turn) {
        SessionEntry.Turn recorded = turn(session, turn);
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
        SessionEntry.Turn recorded = turn(session, turn);
        if (recorded.prompt() != null) {
            return appendGenerated(recorded.prompt(), session, turn, out);
        }
        String words = text(messages(recorded));
        JsonText.appendEscaped(words, out);
        return tokens(words);
    }

    @Override
    public int appendMessages(long session, int turn, ByteBuilder out) {
        SessionEntry.Turn recorded = turn(session, turn);
        if (recorded.prompt() != null) {
            return PromptSource.super.appendMessages(session, turn, out);
        }
        List<JsonNode> messages = messages(recorded);
        for (int i = 0; i < messages.size(); i++) {
            if (i > 0) {
                out.append((byte) ',');
            }
            out.append(JsonMapper.shared().writeValueAsBytes(messages.get(i)));
        }
        return tokens(text(messages));
    }

    private int appendGenerated(GeneratedPrompt prompt, long session, int turn, ByteBuilder out) {
        if (text == null) {
            text = textSource.get();
        }
        int end = prompt.skippedTokens() + prompt.tokens();
        int tokens = 0;
        int position = prompt.skippedTokens();
        while (prompt.blocks().length > 0
                && position < end
                && position / prompt.blockTokens() < prompt.blocks().length) {
            int block = position / prompt.blockTokens();
            int offset = position % prompt.blockTokens();
            int length = Math.min(prompt.blockTokens() - offset, end - position);
            long bits = SeededHash.bits(saltedSeed, Purpose.PREFIX, prompt.blocks()[block]);
            // A turn that begins within a block has a part of it, which nothing can share.
            tokens += text.append(length, offset == 0 ? bits : SeededHash.mix(bits ^ offset), out);
            position += length;
        }
        if (position < end) {
            long bits = SeededHash.bits(saltedSeed, Purpose.PROMPT, SessionShape.request(session, turn));
            tokens += text.append(end - position, bits, out);
        }
        return tokens;
    }

    /** Options override the file. */
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

    private static List<JsonNode> messages(SessionEntry.Turn turn) {
        List<JsonNode> messages = turn.messages();
        if (messages == null) {
            throw new IllegalStateException("a turn with neither messages nor a prompt");
        }
        return messages;
    }

    /** The words of messages, without parts that are no text. */
    static String text(List<JsonNode> messages) {
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

    private int tokens(String words) {
        return tokenizer == null ? Math.ceilDiv(words.length(), BYTES_PER_TOKEN) : tokenizer.count(words);
    }
}
