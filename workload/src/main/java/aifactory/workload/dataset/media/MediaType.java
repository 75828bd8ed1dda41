package aifactory.workload.dataset.media;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Formats of images and audio that models take, recognised by the first bytes of a file. */
enum MediaType {
    PNG("image/png", 0, "\u0089PNG\r\n\u001a\n"),
    JPEG("image/jpeg", 0, "\u00ff\u00d8\u00ff"),
    GIF("image/gif", 0, "GIF8"),
    WEBP("image/webp", 8, "WEBP"),
    WAV("audio/wav", 8, "WAVE"),
    MP3("audio/mpeg", 0, "ID3"),
    MP3_WITHOUT_TAG("audio/mpeg", 0, "\u00ff\u00fb"),
    MP3_VERSION_2("audio/mpeg", 0, "\u00ff\u00f3"),
    FLAC("audio/flac", 0, "fLaC"),
    OGG("audio/ogg", 0, "OggS");

    static final int HEAD_BYTES = 12;

    private final String contentType;
    private final int offset;
    private final String magic;

    MediaType(String contentType, int offset, String magic) {
        this.contentType = contentType;
        this.offset = offset;
        this.magic = magic;
    }

    /** Null for any other file. */
    static @Nullable MediaType of(byte[] head) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        for (MediaType type : values()) {
            boolean isRiff = type.offset == 0 || text.startsWith("RIFF");
            if (isRiff && text.startsWith(type.magic, type.offset)) {
                return type;
            }
        }
        return null;
    }

    /** For example {@code image/png}. */
    String contentType() {
        return contentType;
    }

    boolean isImage() {
        return contentType.startsWith("image/");
    }

    /** The name that {@code input_audio} has for the format. */
    String audioFormat() {
        return contentType.equals("audio/mpeg") ? "mp3" : contentType.substring("audio/".length());
    }
}
