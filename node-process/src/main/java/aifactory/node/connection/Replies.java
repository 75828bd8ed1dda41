package aifactory.node.connection;

import aifactory.node.connection.ServiceAnswer.Answered;
import aifactory.node.connection.ServiceAnswer.Unreachable;
import aifactory.protocol.JsonFormat;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;

/** Sorts answers of the service. */
public final class Replies {
    private static final int MAXIMUM_DETAIL_CHARACTERS = 500;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY_REQUESTS = 429;

    private Replies() {}

    /**
     * What an answer means.
     *
     * @param type of the body of an accepted request
     * @param observer gets the value of an accepted request and the exchange that it came by
     */
    public static <T> Reply<T> sort(ServiceAnswer answer, Class<T> type, BiConsumer<T, Answered> observer) {
        return switch (answer) {
            case Unreachable unreachable -> new Reply.Unavailable<>(unreachable.reason(), null);
            case Answered answered -> sortAnswered(answered, type, observer);
        };
    }

    private static <T> Reply<T> sortAnswered(Answered answered, Class<T> type, BiConsumer<T, Answered> observer) {
        int status = answered.status();
        if (status >= 200 && status < 300) {
            T value = read(answered.body(), type);
            if (value == null) {
                return new Reply.Unavailable<>(
                        "the answer " + status + " is not that of a Client Service; check the service's address", null);
            }
            observer.accept(value, answered);
            return new Reply.Accepted<>(value);
        }
        String detail = detail(answered.body());
        if (status == REQUEST_TIMEOUT || status == TOO_MANY_REQUESTS || status >= 500) {
            return new Reply.Unavailable<>("the service answered " + status + ": " + detail, answered.retryAfter());
        }
        return new Reply.Refused<>(status, detail, expectedSequence(answered.body()));
    }

    /**
     * The value, or null if the body is not valid. Members that a newer service adds are ignored; nullable members may
     * be absent, because an older service does not send them.
     */
    private static <T> @Nullable T read(byte[] body, Class<T> type) {
        try {
            T value = JsonFormat.mapper()
                    .readerFor(type)
                    .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    // A number that is missing must not be taken for 0: client 0 and batch 0 exist.
                    .with(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .readValue(body);
            return isWhole(value) ? value : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    /** Whether every member is there that is not declared as nullable, in records of the protocol and their lists. */
    private static boolean isWhole(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return list.stream().allMatch(Replies::isWhole);
        }
        if (!(value instanceof Record) || value.getClass().getPackage() != JsonFormat.class.getPackage()) {
            return value != null;
        }
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            try {
                Object member = component.getAccessor().invoke(value);
                boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
                if (!(member == null ? nullable : isWhole(member))) {
                    return false;
                }
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(value.getClass() + " cannot be looked into", e);
            }
        }
        return true;
    }

    private static String detail(byte[] body) {
        JsonNode tree = tree(body);
        JsonNode detail = tree == null ? null : tree.get("detail");
        String text = detail == null ? new String(body, StandardCharsets.UTF_8) : detail.asString("");
        String line = firstLine(text);
        return line.isEmpty() ? "no reason given" : line;
    }

    private static @Nullable Long expectedSequence(byte[] body) {
        JsonNode tree = tree(body);
        JsonNode expected = tree == null ? null : tree.get("expected_sequence");
        return expected != null && expected.isIntegralNumber() ? expected.asLong() : null;
    }

    private static @Nullable JsonNode tree(byte[] body) {
        try {
            return JsonFormat.mapper().readTree(body);
        } catch (JacksonException e) {
            return null;
        }
    }

    /** What goes into a log line: one line, of bounded length, without control characters. */
    private static String firstLine(@Nullable String text) {
        String stripped = text == null ? "" : text.strip();
        int end = stripped.indexOf('\n');
        String line = end < 0 ? stripped : stripped.substring(0, end);
        String printable = line.replaceAll("\\p{Cntrl}", " ");
        return printable.substring(0, Math.min(MAXIMUM_DETAIL_CHARACTERS, printable.length()));
    }
}
