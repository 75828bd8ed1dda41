package aifactory.service.testing;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.JsonFormat;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/** What the service answered. */
public record Answer(String asked, int status, HttpHeaders headers, byte[] body) {
    /** The same answer, if its status is that one. */
    public Answer expect(int expected) {
        assertThat(status).as("%s answered %s", asked, text()).isEqualTo(expected);
        return this;
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    public JsonNode json() {
        return JsonFormat.mapper().readTree(body);
    }

    public <T> T as(Class<T> type) {
        return JsonFormat.mapper().readValue(body, type);
    }

    /** The words of an error. */
    public String detail() {
        return json().path("detail").asString("");
    }

    public String contentType() {
        return headers.firstValue("Content-Type").orElse("");
    }
}
