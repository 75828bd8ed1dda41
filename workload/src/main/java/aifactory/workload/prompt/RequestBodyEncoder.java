package aifactory.workload.prompt;

import aifactory.workload.ModelMix;
import aifactory.workload.Session;
import aifactory.workload.WorkloadSpecification;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the JSON body of a request. The parts that all requests share are encoded once; only the prompt, the number
 * of output tokens and additions of the prompt source differ.
 *
 * <p>Not thread-safe: each encoding thread has its own instance, with a separate prompt source.
 */
public final class RequestBodyEncoder {
    /** By model. */
    private final List<List<BodySkeleton.Part>> skeletons;

    private final @Nullable ModelMix models;
    private final PromptSource prompts;
    private final boolean chat;
    private final boolean asksForOutputTokens;
    private final DocumentSplit documents;
    private final ByteBuilder body = new ByteBuilder();
    private final ByteBuilder text = new ByteBuilder();

    /**
     * @param model the model's name at the server; not used where the workload has several
     */
    public RequestBodyEncoder(WorkloadSpecification specification, String model, PromptSource prompts) {
        this.models = ModelMix.of(specification).orElse(null);
        List<String> names = models == null ? List.of(model) : models.names();
        this.skeletons =
                names.stream().map(name -> BodySkeleton.of(specification, name)).toList();
        this.prompts = prompts;
        this.chat = specification.endpoint().usesMessages();
        this.documents = new DocumentSplit(specification.payload().documents());
        this.asksForOutputTokens = skeletons.getFirst().stream().anyMatch(BodySkeleton.OutputTokens.class::isInstance);
    }

    /**
     * An encoded body, with the lengths that went into it.
     *
     * @param inputTokens of the prompt as far as the workload knows; earlier answers that it carries are not counted
     * @param outputTokens that are asked for; null where the body names no output length
     */
    public record EncodedBody(
            byte[] bytes, int inputTokens, @Nullable Integer outputTokens) {}

    /** The body of a session's first request. */
    public EncodedBody encode(Session session) {
        return encode(session, 0, List.of());
    }

    /**
     * The body of a session's request.
     *
     * @param turn from 0
     * @param answers the server's responses to earlier turns, by turn: each the contents of a JSON string, escaped, in
     *     UTF-8, copied from the server's events. Not changed
     * @throws IllegalArgumentException when the answer to a turn that this one continues is missing
     */
    public EncodedBody encode(Session session, int turn, List<? extends byte @Nullable []> answers) {
        int outputTokens = prompts.outputTokens(session.number(), turn);
        int inputTokens = 0;
        body.clear();
        for (BodySkeleton.Part part : skeletons.get(models == null ? 0 : models.of(session.firstIndex()))) {
            switch (part) {
                case BodySkeleton.Literal literal -> body.append(literal.bytes());
                case BodySkeleton.Prompt _ -> inputTokens = appendPrompt(session.number(), turn, answers);
                case BodySkeleton.Documents _ -> {
                    text.clear();
                    inputTokens = prompts.appendText(session.number(), turn, text);
                    documents.append(text.toByteArray(), body);
                }
                case BodySkeleton.OutputTokens _ -> body.appendDecimal(outputTokens);
                case BodySkeleton.Index _ -> body.appendDecimal(session.index(turn));
                case BodySkeleton.Members _ -> prompts.appendMembers(session.number(), turn, body);
            }
        }
        return new EncodedBody(body.toByteArray(), inputTokens, asksForOutputTokens ? outputTokens : null);
    }

    private int appendPrompt(long session, int turn, List<? extends byte @Nullable []> answers) {
        int tokens = 0;
        for (int earlier : conversation(session, turn)) {
            byte[] answer = earlier < answers.size() ? answers.get(earlier) : null;
            if (answer == null) {
                throw new IllegalArgumentException(
                        "turn " + turn + " continues turn " + earlier + ", which has no answer");
            }
            tokens += appendTurn(session, earlier);
            appendAnswer(answer);
        }
        return tokens + appendTurn(session, turn);
    }

    /** The turns that a turn continues, directly or over others, in their order. */
    private List<Integer> conversation(long session, int turn) {
        if (turn == 0) {
            return List.of();
        }
        List<Integer> conversation = new ArrayList<>();
        for (int earlier = prompts.continues(session, turn);
                earlier >= 0;
                earlier = prompts.continues(session, earlier)) {
            conversation.add(earlier);
        }
        return List.copyOf(conversation.reversed());
    }

    private int appendTurn(long session, int turn) {
        return chat ? prompts.appendMessages(session, turn, body) : prompts.appendText(session, turn, body);
    }

    private void appendAnswer(byte[] answer) {
        if (chat) {
            body.append((byte) ',');
            body.append(PromptSource.Messages.ASSISTANT);
            body.append(answer);
            body.append(PromptSource.Messages.END);
            body.append((byte) ',');
        } else {
            body.append(answer);
        }
    }
}
