package aifactory.service.http;

import aifactory.measurement.MonotonicClock;
import aifactory.protocol.BatchMessage;
import aifactory.protocol.JsonFormat;
import aifactory.service.RequestRefusedException;
import aifactory.service.redaction.Redaction;
import aifactory.service.runs.BatchCodec;
import io.javalin.http.Context;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Reads parameters and bodies; errors name the field. Stateless. */
final class RequestReader {
    private static final String PATIENCE = "patience";
    private static final int LONGEST_TEXT = 120;
    private static final int FIRST_BYTES = 8_192;
    private static final int MOST_FIRST_BYTES = 65_536;
    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]{1,18}");
    /**
     * A member that is given twice could have one meaning in the check of a request and another in its execution.
     */
    private static final ObjectReader ONE_MEANING =
            JsonFormat.mapper().reader().with(StreamReadFeature.STRICT_DUPLICATE_DETECTION);
    /**
     * Without detection of duplicates, which costs time: a batch is validated as a whole after it is read. The largest
     * batch that clients send has less than half of this number of tokens.
     */
    private static final ObjectReader BATCHES =
            JsonFormat.bounded(200L * BatchMessage.MAXIMUM_RECORDS).readerFor(BatchMessage.class);
    /** The sides of a comparison. */
    private static final Set<String> REPEATABLE = Set.of("before", "after");

    private RequestReader() {}

    static long benchmarkId(Context context) {
        return number("benchmark_id", context.pathParam("id"), 0, Integer.MAX_VALUE);
    }

    static int clientId(Context context) {
        return (int) number("client_id", context.pathParam("client"), 0, Integer.MAX_VALUE);
    }

    static long number(String field, @Nullable String text, long least, long most) {
        // Only as it is usually written: "+1" or digits of other scripts would be second names of the same group.
        if (text != null && WHOLE_NUMBER.matcher(text).matches()) {
            long value = Long.parseLong(text);
            if (value >= least && value <= most) {
                return value;
            }
        }
        throw RequestRefusedException.invalid(
                field,
                field + " '" + shorten(String.valueOf(text)) + "' is not a whole number from " + least + " to " + most);
    }

    static long numberOr(String field, @Nullable String text, long otherwise, long least, long most) {
        return text == null ? otherwise : number(field, text, least, most);
    }

    /** A parameter that is given twice has no value that one could act on, except where a list is meant. */
    static void refuseRepeated(Context context) {
        context.pathParamMap().forEach(RequestReader::requirePlain);
        context.queryParamMap().forEach((name, values) -> {
            values.forEach(value -> requirePlain(name, value));
            if (values.size() > 1 && !REPEATABLE.contains(name)) {
                throw RequestRefusedException.invalid(
                        shorten(name), "'" + shorten(name) + "' is given " + values.size() + " times; give it once");
            }
        });
    }

    /** Names and words have no control characters, which a database may not take and a log must not show. */
    private static void requirePlain(String name, String value) {
        if (value.chars().anyMatch(Character::isISOControl) || name.chars().anyMatch(Character::isISOControl)) {
            throw RequestRefusedException.invalid(
                    shorten(name), "'" + shorten(name) + "' has control characters: '" + shorten(value) + "'");
        }
    }

    /** The body as a record; an empty one is an empty object. */
    static <T> T body(Context context, Class<T> type, int mostBytes) {
        byte[] bytes = bytes(context, mostBytes);
        return json(bytes.length == 0 ? new byte[] {'{', '}'} : bytes, type);
    }

    private record Patience(Duration longest, MonotonicClock clock, long startNanos, BodyBudget.Share share) {}

    /**
     * Who sends a byte now and then is never idle, and would hold a connection for as long as he likes.
     *
     * @param share which the body's bytes are taken from
     */
    static void readBodyWithin(Context context, Duration longest, MonotonicClock clock, BodyBudget.Share share) {
        context.attribute(PATIENCE, new Patience(longest, clock, clock.nanoTime(), share));
    }

    /** The body as it came. */
    static byte[] bytes(Context context, int mostBytes) {
        Patience patience = context.attribute(PATIENCE);
        byte[] bytes = new byte[firstRoom(context.contentLength(), mostBytes)];
        int size = 0;
        try (InputStream stream = context.bodyInputStream()) {
            for (int read = stream.read(bytes); read >= 0; read = stream.read(bytes, size, bytes.length - size)) {
                if (patience != null) {
                    patience.share().take(read);
                }
                size += read;
                if (size > mostBytes) {
                    throw RequestRefusedException.tooLarge(
                            "a body of more than " + mostBytes + " bytes; send less at once");
                }
                if (patience != null
                        && patience.clock().nanoTime() - patience.startNanos()
                                > patience.longest().toNanos()) {
                    throw RequestRefusedException.invalid(
                            "body",
                            "the body did not arrive within "
                                    + patience.longest().toSeconds() + " s; send it at once");
                }
                if (size == bytes.length) {
                    bytes = Arrays.copyOf(bytes, (int) Math.min(2L * size, mostBytes + 1L));
                }
            }
            return Arrays.copyOf(bytes, size);
        } catch (IOException e) {
            throw RequestRefusedException.invalid("body", "the body could not be read: " + e.getMessage());
        }
    }

    /**
     * For what the request says that it brings, and the end of the stream behind it; but not much before it is there.
     *
     * @param announced negative when it does not say
     */
    private static int firstRoom(long announced, int mostBytes) {
        long room = announced < 0 ? FIRST_BYTES : Math.min(announced + 1, MOST_FIRST_BYTES);
        return (int) Math.min(room, mostBytes + 1L);
    }

    /** Whether a yes-or-no parameter of the query is given as yes. */
    static boolean isSet(Context context, String parameter) {
        String value = context.queryParam(parameter);
        if (value == null || value.equals("false")) {
            return false;
        }
        if (value.isEmpty() || value.equals("true")) {
            return true;
        }
        throw RequestRefusedException.invalid(
                parameter, parameter + " is '" + shorten(value) + "': give true or false");
    }

    static byte[] gunzip(byte[] body, int mostBytes) {
        try {
            return BatchCodec.decompress(body, mostBytes);
        } catch (ZipException | EOFException e) {
            throw RequestRefusedException.invalid("body", "the body is not gzip: " + e.getMessage());
        } catch (IOException e) {
            throw RequestRefusedException.tooLarge("the body unpacks to " + e.getMessage() + "; send less at once");
        }
    }

    static <T> T json(byte[] bytes, Class<T> type) {
        JsonTexts.check(bytes);
        try {
            T value = type == BatchMessage.class
                    ? BATCHES.readValue(bytes)
                    : ONE_MEANING.forType(type).readValue(bytes);
            if (value == null) {
                throw RequestRefusedException.invalid("body", "the body is null: send a JSON object");
            }
            return value;
        } catch (UnrecognizedPropertyException e) {
            throw RequestRefusedException.invalid(
                    e.getPropertyName(), "'" + shorten(e.getPropertyName()) + "' is not a known field" + nearest(e));
        } catch (StreamReadException e) {
            throw RequestRefusedException.invalid("body", "the body is not JSON: " + shorten(e.getOriginalMessage()));
        } catch (DatabindException e) {
            String field = field(e);
            throw RequestRefusedException.invalid(field, field + ": " + problem(field, e));
        } catch (JacksonException e) {
            throw RequestRefusedException.invalid("body", shorten(e.getOriginalMessage()));
        }
    }

    /**
     * What the library says quotes the value, which is not to get into answers and the audit log where it may be a
     * secret.
     */
    private static String problem(String field, DatabindException e) {
        boolean mayBeSecret = field.matches("(.*\\.)?(headers|environment)(\\..*)?")
                || Redaction.isSecretName(field.substring(field.lastIndexOf('.') + 1));
        return mayBeSecret ? "the value has the wrong type" : shorten(e.getOriginalMessage());
    }

    private static String field(DatabindException e) {
        String path = String.join(
                ".",
                e.getPath().stream()
                        .map(reference -> reference.getPropertyName() == null
                                ? Integer.toString(reference.getIndex())
                                : reference.getPropertyName())
                        .toList());
        return path.isEmpty() ? "body" : path;
    }

    private static String nearest(UnrecognizedPropertyException e) {
        Collection<Object> known = e.getKnownPropertyIds();
        if (known == null || known.isEmpty()) {
            return "";
        }
        return known.stream()
                .map(String::valueOf)
                .min(Comparator.comparingInt(name -> distance(name, e.getPropertyName())))
                .map(name -> "; did you mean '" + name + "'?")
                .orElse("");
    }

    /** Levenshtein's distance. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int substituted = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }

    static String shorten(@Nullable String text) {
        String plain = String.valueOf(text).replaceAll("\\p{Cntrl}+", " ");
        if (plain.length() <= LONGEST_TEXT) {
            return plain;
        }
        // Not in the middle of a pair, which would be no text.
        int end = Character.isHighSurrogate(plain.charAt(LONGEST_TEXT - 1)) ? LONGEST_TEXT - 1 : LONGEST_TEXT;
        return plain.substring(0, end) + "…";
    }
}
