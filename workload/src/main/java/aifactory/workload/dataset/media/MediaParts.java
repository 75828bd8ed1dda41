package aifactory.workload.dataset.media;

import aifactory.workload.dataset.entry.Entry;
import aifactory.workload.dataset.entry.EntryParser;
import aifactory.workload.dataset.entry.EntryProblemException;
import aifactory.workload.dataset.entry.SessionEntry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The parts of messages that are no text: {@code image_url}, {@code input_audio} and {@code audio_url}, as chat
 * completions have them. A path of a file is replaced by the file's contents; {@code data:}, {@code http:} and
 * {@code https:} URLs are sent as they are.
 *
 * <p>Used by one thread at a time.
 */
public final class MediaParts {
    /** Of all media of one turn, in base64. */
    private static final long MOST_BYTES_PER_TURN = 64L << 20;

    private final MediaFiles files;
    private final boolean takesMedia;
    private long turns;
    private long bytes;

    /**
     * @param takesMedia whether the endpoint takes such parts
     */
    public MediaParts(MediaFiles files, boolean takesMedia) {
        this.files = files;
        this.takesMedia = takesMedia;
    }

    /** Bytes of the media of a request of the checked entries, on average. */
    public long meanBytes() {
        return turns == 0 ? 0 : bytes / turns;
    }

    /** A parser that refuses entries with media that cannot be sent, and leaves the others as they are. */
    public EntryParser checking(EntryParser parser) {
        return record -> {
            List<Entry> entries = parser.parse(record);
            for (Entry entry : entries) {
                if (entry instanceof SessionEntry session) {
                    for (SessionEntry.Turn turn : session.turns()) {
                        check(turn);
                    }
                }
            }
            return entries;
        };
    }

    /** A parser that puts the contents of files in the place of their paths, of entries that have been checked. */
    public EntryParser replacing(EntryParser parser) {
        return record -> {
            List<Entry> replaced = new ArrayList<>();
            for (Entry entry : parser.parse(record)) {
                replaced.add(entry instanceof SessionEntry session ? replaced(session) : entry);
            }
            return replaced;
        };
    }

    private void check(SessionEntry.Turn turn) throws EntryProblemException {
        long ofTurn = 0;
        for (JsonNode message : messages(turn)) {
            for (JsonNode part : parts(message)) {
                Reference reference = Reference.of(part);
                if (reference != null) {
                    ofTurn += bytes(reference, part);
                }
            }
        }
        if (ofTurn > MOST_BYTES_PER_TURN) {
            throw new EntryProblemException("has a turn with " + ofTurn
                    + " bytes of images and audio in base64, more than " + MOST_BYTES_PER_TURN);
        }
        turns++;
        bytes += ofTurn;
    }

    private long bytes(Reference reference, JsonNode part) throws EntryProblemException {
        String type = part.path("type").stringValue("");
        if (!takesMedia) {
            throw new EntryProblemException("has a part of type " + type + ", which only endpoint chat can send: use"
                    + " --endpoint chat, or a dataset without images and audio");
        }
        String text = reference.text();
        if (text == null || text.isEmpty()) {
            throw new EntryProblemException(
                    "has a part of type " + type + " without " + reference.holder() + "." + reference.member());
        }
        if (!reference.isFile()) {
            return text.length();
        }
        MediaFiles.Known file = files.find(text, reference.isImage());
        String declared = part.path("input_audio").path("format").asString("");
        if (!declared.isEmpty() && !declared.equals(file.type().audioFormat())) {
            throw MediaFiles.problem(text, "is " + file.type().audioFormat() + ", and its format says " + declared);
        }
        return file.encodedBytes();
    }

    private SessionEntry replaced(SessionEntry session) throws EntryProblemException {
        List<SessionEntry.Turn> turnsReplaced = new ArrayList<>();
        for (SessionEntry.Turn turn : session.turns()) {
            List<JsonNode> messages = new ArrayList<>();
            for (JsonNode message : messages(turn)) {
                messages.add(replaced(message));
            }
            turnsReplaced.add(turn.messages() == null ? turn : turn.withMessages(messages));
        }
        return new SessionEntry(turnsReplaced, session.timestampNanos());
    }

    private JsonNode replaced(JsonNode message) throws EntryProblemException {
        boolean hasFiles = false;
        for (JsonNode part : parts(message)) {
            Reference reference = Reference.of(part);
            hasFiles |= reference != null && reference.isFile();
        }
        if (!hasFiles) {
            return message;
        }
        JsonNode copy = message.deepCopy();
        for (JsonNode part : parts(copy)) {
            Reference reference = Reference.of(part);
            if (reference != null && reference.isFile() && part instanceof ObjectNode object) {
                put(object, reference, String.valueOf(reference.text()));
            }
        }
        return copy;
    }

    private void put(ObjectNode part, Reference reference, String path) throws EntryProblemException {
        MediaFiles.Known file = files.find(path, reference.isImage());
        String base64 = files.base64(file);
        ObjectNode holder =
                part.get(reference.holder()) instanceof ObjectNode object ? object : part.putObject(reference.holder());
        if (reference.holder().equals(Reference.INPUT_AUDIO)) {
            holder.put("data", base64).put("format", file.type().audioFormat());
        } else {
            holder.put(reference.member(), "data:" + file.type().contentType() + ";base64," + base64);
        }
    }

    private static List<JsonNode> messages(SessionEntry.Turn turn) {
        return turn.messages() == null ? List.of() : turn.messages();
    }

    private static Iterable<JsonNode> parts(JsonNode message) {
        return message.path("content") instanceof ArrayNode parts ? parts : List.of();
    }

    /**
     * Where a part has its medium.
     *
     * @param holder the member of the part
     * @param member the member of the holder
     * @param text null where there is none
     */
    private record Reference(
            String holder, String member, @Nullable String text) {
        private static final String IMAGE_URL = "image_url";
        private static final String AUDIO_URL = "audio_url";
        private static final String INPUT_AUDIO = "input_audio";

        /** Null for a part of another type. */
        static @Nullable Reference of(JsonNode part) {
            String type = part.path("type").stringValue("");
            return switch (type) {
                // A text in the place of the object is what some servers take, and what people write.
                case IMAGE_URL, AUDIO_URL ->
                    new Reference(
                            type,
                            "url",
                            part.path(type).isString()
                                    ? part.path(type).stringValue()
                                    : part.path(type).path("url").stringValue(null));
                case INPUT_AUDIO ->
                    new Reference(type, "data", part.path(type).path("data").stringValue(null));
                default -> null;
            };
        }

        boolean isImage() {
            return holder.equals(IMAGE_URL);
        }

        /** Base64 has no dot, and a name of a file has one. */
        boolean isFile() {
            if (text == null) {
                return false;
            }
            return holder.equals(INPUT_AUDIO)
                    ? text.length() <= 4_096 && text.indexOf('.') >= 0
                    : !text.regionMatches(true, 0, "data:", 0, 5)
                            && !text.regionMatches(true, 0, "http://", 0, 7)
                            && !text.regionMatches(true, 0, "https://", 0, 8);
        }
    }
}
