package aifactory.engine;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Bytes of answers for {@link ScriptedServer}. */
final class Answers {
    static final String EVENT_STREAM =
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

    private Answers() {}

    /** A complete stream of chunks with these texts, as the inside of JSON strings, and usage. */
    static String stream(List<String> texts) {
        StringBuilder body = new StringBuilder(EVENT_STREAM);
        texts.forEach(text -> body.append(chunk(content(text))));
        body.append(chunk("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"));
        body.append(chunk("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":" + texts.size()
                + "}}\n\n"));
        return body.append(chunk("data: [DONE]\n\n")).append("0\r\n\r\n").toString();
    }

    /** An event with a piece of text, as the inside of a JSON string. */
    static String content(String text) {
        return "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text
                + "\"},\"finish_reason\":null}]}\n\n";
    }

    /** A chunk of the chunked transfer coding. */
    static String chunk(String text) {
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        return Integer.toHexString(length) + "\r\n" + text + "\r\n";
    }

    /** A whole answer in JSON. */
    static String json(String body) {
        return "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
    }
}
