package aifactory.simulator.internal.generation;

import aifactory.simulator.internal.fault.AnswerFaults;
import aifactory.simulator.internal.observation.ServerMetrics;
import aifactory.simulator.internal.observation.ServerMetrics.FinishReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Answers that were encoded when the server started, for measuring clients: a request costs the server hardly more than
 * the system calls. Of its body only {@code stream} and {@code include_usage} are searched for; the rest is ignored.
 * Thread-safe.
 */
public final class ConstantAnswers {
    private static final byte[] STREAM = "\"stream\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] INCLUDE_USAGE = "\"include_usage\"".getBytes(StandardCharsets.US_ASCII);

    private record Answer(ByteBuf bytes, int tokens, int events, int contentChunks) {}

    private final ServerMetrics metrics;
    private final Map<EndpointKind, Answer> whole = new EnumMap<>(EndpointKind.class);
    private final Map<EndpointKind, Answer> streams = new EnumMap<>(EndpointKind.class);
    private final Map<EndpointKind, Answer> streamsWithUsage = new EnumMap<>(EndpointKind.class);

    /** The answers of a server; each has as many tokens as one to a request without {@code max_tokens}. */
    public ConstantAnswers(ServerState state) {
        metrics = state.metrics();
        int tokens = state.options().output().defaultMaxTokens();
        for (EndpointKind endpoint : List.of(EndpointKind.CHAT, EndpointKind.COMPLETION, EndpointKind.EMBEDDING)) {
            AnswerIdentity identity = new AnswerIdentity(
                    endpoint,
                    endpoint.idPrefix() + "0",
                    state.createdSeconds(),
                    state.modelJson(null),
                    state.options().seed());
            whole.put(endpoint, whole(identity, tokens));
            if (endpoint != EndpointKind.EMBEDDING) {
                streams.put(endpoint, stream(identity, tokens, false));
                streamsWithUsage.put(endpoint, stream(identity, tokens, true));
            }
        }
    }

    /**
     * Answers a request.
     *
     * @param body of the request
     */
    public void answer(EndpointKind endpoint, byte[] body, AnswerChannel channel) {
        Map<EndpointKind, Answer> answers = whole;
        if (endpoint != EndpointKind.EMBEDDING && channel.understandsChunks() && isTrue(body, STREAM)) {
            answers = isTrue(body, INCLUDE_USAGE) ? streamsWithUsage : streams;
        }
        Answer answer = Objects.requireNonNull(answers.get(endpoint));
        metrics.countConstantAnswer(answer.tokens(), answer.events(), answer.contentChunks());
        channel.finish(answer.bytes().retainedDuplicate(), false);
    }

    /** Whether a member with a quoted name is there and true. */
    static boolean isTrue(byte[] json, byte[] quotedName) {
        int at = indexOf(json, quotedName);
        if (at < 0) {
            return false;
        }
        int value = at + quotedName.length;
        while (value < json.length && (json[value] == ':' || json[value] <= ' ')) {
            value++;
        }
        return value < json.length && json[value] == 't';
    }

    private static int indexOf(byte[] text, byte[] sought) {
        for (int start = text.length - sought.length; start >= 0; start--) {
            int matching = 0;
            while (matching < sought.length && text[start + matching] == sought[matching]) {
                matching++;
            }
            if (matching == sought.length) {
                return start;
            }
        }
        return -1;
    }

    private static Answer whole(AnswerIdentity identity, int tokens) {
        StringBuilder text = new StringBuilder();
        Vocabulary.append(text, identity.seed(), 0, tokens);
        String body = switch (identity.endpoint()) {
            case CHAT ->
                identity.opening(false)
                        + "[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"" + text
                        + "\"},\"logprobs\":null,\"finish_reason\":\"length\"}],\"usage\":" + usage(tokens) + "}";
            case COMPLETION ->
                identity.opening(false) + "[{\"index\":0,\"text\":\"" + text
                        + "\",\"logprobs\":null,\"finish_reason\":\"length\"}],\"usage\":" + usage(tokens) + "}";
            case EMBEDDING ->
                "{\"object\":\"list\",\"model\":" + identity.modelJson()
                        + ",\"data\":[{\"index\":0,\"object\":\"embedding\",\"embedding\":[1.0,0.0]}],\"usage\":"
                        + usage(0) + "}";
            case RESPONSES, MESSAGES, RERANK, SCORE, OLLAMA, TGI, TRITON, KSERVE ->
                throw new IllegalArgumentException("not simulated without work");
        };
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        ByteBuf out = Unpooled.directBuffer();
        out.writeCharSequence(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " + bytes.length + "\r\n\r\n",
                StandardCharsets.US_ASCII);
        out.writeBytes(bytes);
        int generated = identity.endpoint() == EndpointKind.EMBEDDING ? 0 : tokens;
        return new Answer(Unpooled.unreleasableBuffer(out.asReadOnly()), generated, 0, 0);
    }

    private static Answer stream(AnswerIdentity identity, int tokens, boolean withUsage) {
        boolean isChat = identity.endpoint() == EndpointKind.CHAT;
        EventEncoder encoder = new EventEncoder(identity, AnswerFaults.NONE, true);
        ByteBuf out = Unpooled.directBuffer();
        AnswerHead.writeConstantStream(out);
        if (isChat) {
            encoder.role(out);
        }
        for (int token = 0; token < tokens; token++) {
            encoder.content(out, isChat ? DeltaKind.CHAT_TEXT : DeltaKind.COMPLETION_TEXT, token, 1);
        }
        encoder.finish(out, isChat, FinishReason.LENGTH.text());
        if (withUsage) {
            encoder.usage(out, usage(tokens));
        }
        encoder.event(out, "[DONE]");
        encoder.end(out, false);
        return new Answer(
                Unpooled.unreleasableBuffer(out.asReadOnly()),
                tokens,
                encoder.takeEventCount(),
                encoder.takeContentCount());
    }

    private static String usage(int tokens) {
        return Usage.json(1, tokens, 0, AnswerFaults.NONE);
    }
}
