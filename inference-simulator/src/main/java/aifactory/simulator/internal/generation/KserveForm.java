package aifactory.simulator.internal.generation;

import java.util.List;

/** {@code /v2/models/MODEL/infer} of the Open Inference Protocol: one tensor with the whole text. */
final class KserveForm implements DialectForm {
    @Override
    public String content(Answer answer, Kind kind, String text, boolean isFirstOfKind) {
        throw new IllegalStateException("never streamed");
    }

    @Override
    public List<String> closing(Answer answer, String text, int tokens, String finishReason, boolean isCounted) {
        throw new IllegalStateException("never streamed");
    }

    @Override
    public String error(String message) {
        return "{\"error\":" + DialectForm.quoted(message) + "}";
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
        return "{\"model_name\":" + answer.model() + ",\"model_version\":\"1\",\"id\":\"" + answer.id()
                + "\",\"outputs\":[{\"name\":\"text_output\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":["
                + DialectForm.quoted(text) + "]}]}";
    }
}
