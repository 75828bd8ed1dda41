package aifactory.workload.prompt;

import aifactory.workload.Endpoint;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How an API writes a message of a user that has a text and media: what stands around the text and around the base64
 * of each image and clip.
 *
 * @param clipOpening null where the API takes no audio
 */
record MediaForm(
        byte[] opening,
        byte[] afterText,
        byte[] imageOpening,
        byte[] imageClosing,
        byte @Nullable [] clipOpening,
        byte[] clipClosing,
        byte[] separator,
        byte[] closing) {
    /** Null where an API takes no media. */
    static @Nullable MediaForm of(Endpoint endpoint) {
        return switch (endpoint) {
            case CHAT ->
                form(
                        "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"",
                        "\"},",
                        "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,",
                        "\"}}",
                        "{\"type\":\"input_audio\",\"input_audio\":{\"format\":\"wav\",\"data\":\"",
                        "\"}}",
                        "]}");
            case RESPONSES ->
                form(
                        "{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"",
                        "\"},",
                        "{\"type\":\"input_image\",\"image_url\":\"data:image/png;base64,",
                        "\"}",
                        null,
                        "",
                        "]}");
            case MESSAGES ->
                form(
                        "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"",
                        "\"},",
                        "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"",
                        "\"}}",
                        null,
                        "",
                        "]}");
            case OLLAMA -> form("{\"role\":\"user\",\"content\":\"", "\",\"images\":[", "\"", "\"", null, "", "]}");
            case COMPLETIONS, EMBEDDINGS, TEMPLATE, RERANK, SCORE, TGI, TRITON, KSERVE -> null;
        };
    }

    private static MediaForm form(
            String opening,
            String afterText,
            String imageOpening,
            String imageClosing,
            @Nullable String clipOpening,
            String clipClosing,
            String closing) {
        return new MediaForm(
                bytes(opening),
                bytes(afterText),
                bytes(imageOpening),
                bytes(imageClosing),
                clipOpening == null ? null : bytes(clipOpening),
                bytes(clipClosing),
                bytes(","),
                bytes(closing));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
