package aifactory.simulator.internal.generation;

import java.util.List;

/**
 * {@code /v2/models/MODEL/generate_stream} and {@code …/generate} of Triton: text alone, and an end that is not marked.
 */
final class TritonForm implements DialectForm {
    @Override
    public String content(Answer answer, Kind kind, String text, boolean isFirstOfKind) {
        return DialectForm.event(body(answer, text));
    }

    @Override
    public List<String> closing(Answer answer, String text, int tokens, String finishReason, boolean isCounted) {
        return List.of();
    }

    @Override
    public String error(String message) {
        return DialectForm.event("{\"error\":" + DialectForm.quoted(message) + "}");
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
        return body(answer, text);
    }

    private static String body(Answer answer, String text) {
        return "{\"model_name\":" + answer.model() + ",\"model_version\":\"1\",\"text_output\":"
                + DialectForm.quoted(text) + "}";
    }
}
