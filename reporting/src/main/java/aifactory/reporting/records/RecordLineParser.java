package aifactory.reporting.records;

import aifactory.measurement.RequestOutcome;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.ResponseDetails;
import aifactory.measurement.ResponseRemark;
import aifactory.measurement.RunPhase;
import aifactory.measurement.TokenSource;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Parses a request record's line in exactly the form of {@link RequestRecordWriter}, about ten times as fast as a
 * parser that has to accept any JSON. It rejects every other line and leaves it to that parser, and the judgement about
 * it too: nothing is refused here, and nothing guessed.
 *
 * <p>Not thread-safe.
 */
final class RecordLineParser {
    private static final int MOST_DIGITS = 18;
    private static final byte[] NULL = ascii("null");
    private static final byte[] TRUE = ascii("true");
    private static final byte[] FALSE = ascii("false");
    private static final byte[] EMPTY_LIST = ascii("[]");
    private static final byte[] LIST_START = ascii("[");
    private static final byte[] LIST_END = ascii("]");
    private static final byte[] COMMA = ascii(",");
    private static final ResponseRemark[] REMARKS = ResponseRemark.values();
    private static final byte[][] REMARK_WORDS = words(REMARKS);
    private static final RequestOutcome[] OUTCOMES = RequestOutcome.values();
    private static final RunPhase[] PHASES = RunPhase.values();
    private static final TokenSource[] TOKEN_SOURCES = TokenSource.values();
    private static final byte[][] OUTCOME_WORDS = words(OUTCOMES);
    private static final byte[][] PHASE_WORDS = words(PHASES);
    private static final byte[][] TOKEN_SOURCE_WORDS = words(TOKEN_SOURCES);

    private byte[] bytes = new byte[0];
    private int at;
    private int end;
    private boolean strange;

    /** The record, or null when the line is not exactly of the written form. */
    @Nullable
    RequestRecord parse(byte[] line, int start, int length) {
        bytes = line;
        at = start;
        end = start + length;
        strange = false;
        expect(RecordFields.INDEX);
        long index = number();
        int client = smallNumber(RecordFields.CLIENT);
        int target = smallNumber(RecordFields.TARGET);
        Long session = optionalNumber(RecordFields.SESSION);
        int turn = smallNumber(RecordFields.TURN);
        RunPhase phase = word(RecordFields.PHASE, PHASE_WORDS, number -> PHASES[number]);
        RequestOutcome outcome = word(RecordFields.OUTCOME, OUTCOME_WORDS, number -> OUTCOMES[number]);
        expect(RecordFields.SCHEDULED);
        long scheduled = number();
        expect(RecordFields.DUE_DELAYED);
        long delayed = number();
        Long started = optionalNumber(RecordFields.STARTED);
        Long connect = optionalNumber(RecordFields.CONNECT);
        Long sent = optionalNumber(RecordFields.SENT);
        Long firstChunk = optionalNumber(RecordFields.FIRST_CHUNK);
        Long firstOutput = optionalNumber(RecordFields.FIRST_OUTPUT);
        Long done = optionalNumber(RecordFields.DONE);
        int inputTokens = smallNumber(RecordFields.INPUT_TOKENS);
        int outputTokens = smallNumber(RecordFields.OUTPUT_TOKENS);
        TokenSource source = word(RecordFields.TOKEN_SOURCE, TOKEN_SOURCE_WORDS, number -> TOKEN_SOURCES[number]);
        int chunks = smallNumber(RecordFields.CHUNKS);
        expect(RecordFields.MAXIMUM_GAP);
        long maximumGap = number();
        Long status = optionalNumber(RecordFields.HTTP_STATUS);
        String error = text(RecordFields.ERROR);
        String detail = text(RecordFields.ERROR_DETAIL);
        // Lines of earlier versions end here.
        boolean later = skip(RecordFields.REQUESTED_OUTPUT_TOKENS);
        Long requested = later ? optionalValue() : null;
        Long together = later ? optionalNumber(RecordFields.CHUNKS_TOGETHER) : null;
        Long failed = later ? optionalNumber(RecordFields.FAILED) : null;
        ResponseDetails response = later ? response() : null;
        boolean shared = later && skip(RecordFields.TTFT_CLIENT_SHARE);
        Long ttftShare = shared ? optionalValue() : null;
        Long e2elShare = shared ? optionalNumber(RecordFields.E2EL_CLIENT_SHARE) : null;
        expect(RecordFields.END);
        boolean small = isSmall(status) && isSmall(requested) && isSmall(together);
        if (strange || at != end || phase == null || outcome == null || !small) {
            return null;
        }
        return new RequestRecord(
                index,
                client,
                target,
                session,
                turn,
                phase,
                outcome,
                scheduled,
                delayed,
                started,
                connect,
                sent,
                firstChunk,
                firstOutput,
                done,
                inputTokens,
                outputTokens,
                source,
                chunks,
                maximumGap,
                small(status),
                error,
                detail,
                small(requested),
                small(together),
                failed,
                response,
                ttftShare,
                e2elShare);
    }

    private @Nullable ResponseDetails response() {
        expect(RecordFields.RESPONSE);
        if (skip(NULL)) {
            return null;
        }
        String finishReason = text(RecordFields.FINISH_REASON);
        Integer usage = optionalSmallNumber(RecordFields.USAGE_OUTPUT_TOKENS);
        Integer counted = optionalSmallNumber(RecordFields.COUNTED_OUTPUT_TOKENS);
        TokenSource countedBy = word(RecordFields.COUNTED_BY, TOKEN_SOURCE_WORDS, number -> TOKEN_SOURCES[number]);
        Integer firstChunk = optionalSmallNumber(RecordFields.FIRST_CHUNK_TOKENS);
        int skipped = smallNumber(RecordFields.SKIPPED_EVENTS);
        Set<ResponseRemark> remarks = remarks();
        // Lines of earlier versions are without it.
        Long wait = skip(RecordFields.RETRY_AFTER) ? optionalValue() : null;
        strange |= !isSmall(wait);
        String servedBy = skip(RecordFields.SERVED_BY) ? textValue() : null;
        Boolean document = skip(RecordFields.VALID_DOCUMENT) ? flag() : null;
        expect(RecordFields.END);
        return new ResponseDetails(
                finishReason, usage, counted, countedBy, firstChunk, skipped, remarks, small(wait), servedBy, document);
    }

    /** The names in the order in which they are written: of another order the other reader is to judge. */
    private Set<ResponseRemark> remarks() {
        expect(RecordFields.REMARKS);
        if (skip(EMPTY_LIST)) {
            return Set.of();
        }
        Set<ResponseRemark> remarks = EnumSet.noneOf(ResponseRemark.class);
        expect(LIST_START);
        for (int i = 0; i < REMARKS.length; i++) {
            boolean more = remarks.isEmpty() || skip(COMMA);
            if (more && skip(REMARK_WORDS[i])) {
                remarks.add(REMARKS[i]);
            } else if (more && !remarks.isEmpty()) {
                at -= COMMA.length;
            }
        }
        strange |= remarks.isEmpty();
        expect(LIST_END);
        return remarks;
    }

    private @Nullable Boolean flag() {
        if (skip(TRUE)) {
            return true;
        }
        if (skip(FALSE)) {
            return false;
        }
        strange |= !skip(NULL);
        return null;
    }

    private static @Nullable Integer small(@Nullable Long number) {
        return number == null ? null : number.intValue();
    }

    private static boolean isSmall(@Nullable Long number) {
        return number == null || number.intValue() == number;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[][] words(Enum<?>[] values) {
        return Arrays.stream(values)
                .map(value -> ascii('"' + value.name().toLowerCase(Locale.ROOT) + '"'))
                .toArray(byte[][]::new);
    }

    private void expect(byte[] literal) {
        strange |= !skip(literal);
    }

    private boolean skip(byte[] literal) {
        if (literal.length > end - at || !Arrays.equals(bytes, at, at + literal.length, literal, 0, literal.length)) {
            return false;
        }
        at += literal.length;
        return true;
    }

    private int smallNumber(byte[] name) {
        expect(name);
        long number = number();
        strange |= number != (int) number;
        return (int) number;
    }

    private @Nullable Long optionalNumber(byte[] name) {
        expect(name);
        return optionalValue();
    }

    private @Nullable Long optionalValue() {
        return skip(NULL) ? null : Long.valueOf(number());
    }

    private @Nullable Integer optionalSmallNumber(byte[] name) {
        Long number = optionalNumber(name);
        strange |= !isSmall(number);
        return number == null ? null : Integer.valueOf(number.intValue());
    }

    /** Digits without a leading zero, as JSON has them, and no more than fit. */
    private long number() {
        boolean negative = at < end && bytes[at] == '-';
        int start = negative ? at + 1 : at;
        int next = start;
        long number = 0;
        while (next < end && bytes[next] >= '0' && bytes[next] <= '9' && next - start <= MOST_DIGITS) {
            number = number * 10 + (bytes[next] - '0');
            next++;
        }
        int count = next - start;
        strange |= count == 0 || count > MOST_DIGITS || (count > 1 && bytes[start] == '0');
        at = next;
        return negative ? -number : number;
    }

    private <T> @Nullable T word(byte[] name, byte[][] words, IntFunction<T> values) {
        expect(name);
        for (int i = 0; i < words.length; i++) {
            if (skip(words[i])) {
                return values.apply(i);
            }
        }
        strange |= !skip(NULL);
        return null;
    }

    /** Plain ASCII without an escape, or null. */
    private @Nullable String text(byte[] name) {
        expect(name);
        return textValue();
    }

    private @Nullable String textValue() {
        if (skip(NULL)) {
            return null;
        }
        int start = at + 1;
        int next = start;
        while (next < end && bytes[next] >= ' ' && bytes[next] != '"' && bytes[next] != '\\') {
            next++;
        }
        strange |= at >= end || bytes[at] != '"' || next >= end || bytes[next] != '"';
        if (strange) {
            return null;
        }
        at = next + 1;
        return new String(bytes, start, next - start, StandardCharsets.US_ASCII);
    }
}
