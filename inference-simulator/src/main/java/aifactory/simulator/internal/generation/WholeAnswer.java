package aifactory.simulator.internal.generation;

import aifactory.simulator.FaultKind;
import aifactory.simulator.FaultParameter;
import aifactory.simulator.SimulatorOptions.Output;
import java.nio.charset.StandardCharsets;

/** An answer in one body, sent when its last token would have been. */
final class WholeAnswer extends BodyAnswer {
    private final AnswerPlan plan;
    private final AnswerText text;

    WholeAnswer(LoopServices services, AnswerChannel channel, Arrival arrival) {
        super(services, channel, arrival);
        Output output = services.state().options().output();
        text = AnswerText.of(request, output, faults, identity.seed());
        plan = AnswerPlan.of(request, arrival.maxTokens(), text.endOfDocument(), output, faults, random);
    }

    @Override
    AnswerPlan plan() {
        return plan;
    }

    @Override
    long generationNanos() {
        long nanos = plan.stallNanos();
        for (int token = plan.tokensPerChunk(); token < plan.tokens(); token += plan.tokensPerChunk()) {
            nanos += slowed(latencies.gapNanos(random));
        }
        return nanos;
    }

    @Override
    int tokens() {
        return plan.tokens();
    }

    @Override
    byte[] body() {
        DialectForm form = DialectForm.of(request.endpoint());
        if (form != null) {
            return body(form);
        }
        StringBuilder body = new StringBuilder(512 + plan.tokens() * Vocabulary.BYTES_PER_TOKEN);
        body.append(identity.opening(false)).append("[{\"index\":0,");
        if (request.endpoint() == EndpointKind.CHAT) {
            appendMessage(body);
        } else {
            appendText(body.append("\"text\":\""), 0).append('"');
        }
        body.append(",\"logprobs\":null,\"finish_reason\":\"");
        body.append(plan.finishReason().text()).append("\"}]");
        if (Usage.isTold(faults)) {
            body.append(",\"usage\":");
            body.append(Usage.json(request.promptTokens(), plan.tokens(), plan.reasoningTokens(), faults));
        }
        return body.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    private byte[] body(DialectForm form) {
        StringBuilder reasoning = new StringBuilder();
        Vocabulary.append(reasoning, identity.seed(), 0, plan.reasoningTokens());
        return form.whole(
                        new DialectForm.Answer(identity, request.promptTokens()),
                        plan.isToolCall() ? DialectForm.Kind.TOOL_CALL : DialectForm.Kind.TEXT,
                        plainText(plan.reasoningTokens()),
                        reasoning.toString(),
                        plan.tokens(),
                        plan.finishReason().text(),
                        Usage.isTold(faults))
                .getBytes(StandardCharsets.UTF_8);
    }

    private void appendMessage(StringBuilder body) {
        body.append("\"message\":{\"role\":\"assistant\",\"content\":");
        if (plan.isToolCall()) {
            body.append("null,\"tool_calls\":[{\"id\":\"call_0\",\"type\":\"function\",\"function\":")
                    .append("{\"name\":\"answer\",\"arguments\":\"{\\\"text\\\":\\\"");
            appendText(body, plan.reasoningTokens()).append("\\\"}\"}}]");
        } else {
            appendText(body.append('"'), plan.reasoningTokens()).append('"');
        }
        if (plan.reasoningTokens() > 0) {
            body.append(",\"reasoning_content\":\"");
            Vocabulary.append(body, identity.seed(), 0, plan.reasoningTokens());
            body.append('"');
        }
        body.append('}');
    }

    private String plainText(int firstToken) {
        StringBuilder plain = new StringBuilder();
        text.append(plain, firstToken, plan.tokens() - firstToken);
        return filled(plain).toString();
    }

    private StringBuilder appendText(StringBuilder body, int firstToken) {
        text.appendEscaped(body, firstToken, plan.tokens() - firstToken);
        return filled(body);
    }

    private StringBuilder filled(StringBuilder body) {
        return body.repeat('x', (int) faults.number(FaultKind.OVERSIZED_EVENT, FaultParameter.BYTES, 0));
    }
}
