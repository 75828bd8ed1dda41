package aifactory.simulator.internal.generation;

import java.util.List;

/**
 * {@code /generate_stream} and {@code /generate} of Text Generation Inference: a token per event, the last with the
 * whole text.
 */
final class TgiForm implements DialectForm {
    @Override
    public String content(Answer answer, Kind kind, String text, boolean isFirstOfKind) {
        return DialectForm.event("{\"index\":1,\"token\":{\"id\":1,\"text\":" + DialectForm.quoted(text)
                + ",\"logprob\":-0.1,\"special\":false},\"generated_text\":null,\"details\":null}");
    }

    @Override
    public List<String> closing(Answer answer, String text, int tokens, String finishReason, boolean isCounted) {
        return List.of(DialectForm.event("{\"index\":" + tokens
                + ",\"token\":{\"id\":2,\"text\":\"</s>\",\"logprob\":-0.1,\"special\":true},\"generated_text\":"
                + DialectForm.quoted(text) + ",\"details\":" + details(answer, tokens, finishReason, isCounted) + "}"));
    }

    @Override
    public String error(String message) {
        return DialectForm.event("{\"error\":" + DialectForm.quoted(message) + ",\"error_type\":\"generation\"}");
    }

    @Override
    public String whole(
            Answer answer,
            Kind kind,
            String text,
            String reasoning,
            int tokens,
            String finishReason,
            boolean isCounted) {
        return "{\"generated_text\":" + DialectForm.quoted(text) + ",\"details\":"
                + details(answer, tokens, finishReason, isCounted) + "}";
    }

    private static String details(Answer answer, int tokens, String finishReason, boolean isCounted) {
        String counts =
                isCounted ? ",\"generated_tokens\":" + tokens + ",\"input_length\":" + answer.promptTokens() : "";
        return "{\"finish_reason\":\"" + (finishReason.equals("stop") ? "eos_token" : "length") + "\"" + counts
                + ",\"seed\":null}";
    }
}
