package aifactory.client.control;

import aifactory.protocol.ErrorBody;
import aifactory.protocol.JsonFormat;
import java.nio.charset.StandardCharsets;

/** An answer of the control port. */
record ControlAnswer(int status, String contentType, byte[] body) {
    private static final String JSON = "application/json";

    static ControlAnswer json(int status, Object value) {
        return new ControlAnswer(status, JSON, JsonFormat.mapper().writeValueAsBytes(value));
    }

    /** Bytes that are JSON already. */
    static ControlAnswer jsonBytes(int status, byte[] body) {
        return new ControlAnswer(status, JSON, body);
    }

    static ControlAnswer text(String contentType, String text) {
        return new ControlAnswer(200, contentType, text.getBytes(StandardCharsets.UTF_8));
    }

    static ControlAnswer error(int status, String title, String detail) {
        return json(status, new ErrorBody(detail, title, status, null));
    }
}
