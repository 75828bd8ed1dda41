package aifactory.workload.prompt;

import tools.jackson.core.io.JsonStringEncoder;

/** Texts as the inside of JSON strings. Stateless. */
public final class JsonText {
    private JsonText() {}

    /** Appends a text escaped, in UTF-8, without quotes around it. */
    public static void appendEscaped(String text, ByteBuilder out) {
        out.append(JsonStringEncoder.getInstance().quoteAsUTF8(text));
    }
}
