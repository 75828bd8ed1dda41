package aifactory.engine.http;

import aifactory.measurement.FailureKind;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decodes a body that is compressed as {@code gzip} (RFC 1952) or {@code deflate} (RFC 1950, or RFC 1951 as some
 * servers mean it), as it comes: what a read brings is passed on at once. Checksums are not checked: TCP has done so.
 *
 * <p>Not thread-safe: belongs to one connection and its event loop.
 */
public final class BodyInflater {
    private static final int BUFFER_BYTES = 16 << 10;
    /** A body that is larger than this, and compressed more than so many times, is meant to do harm. */
    private static final long HARMLESS_BYTES = 16 << 20;

    private static final long LARGEST_RATIO = 200;
    private static final int LONGEST_HEADER = 64 << 10;
    private static final int FLAG_CHECKSUM = 2;
    private static final int FLAG_EXTRA = 4;
    private static final int FLAG_NAME = 8;
    private static final int FLAG_COMMENT = 16;

    private enum State {
        /** The first bytes of {@code deflate}, which determine its form. */
        DEFLATE_START,
        GZIP_FIXED_HEADER,
        GZIP_EXTRA_LENGTH,
        GZIP_EXTRA,
        GZIP_NAME,
        GZIP_COMMENT,
        GZIP_HEADER_CHECKSUM,
        COMPRESSED,
        /** Checksum and length; another gzip member may follow. */
        GZIP_TRAILER,
        /** What follows is not looked at. */
        ENDED
    }

    private final boolean gzip;
    private Inflater inflater;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private State state;
    private final byte[] small = new byte[10];
    private int smallLength;
    private int flags;
    private int extraLeft;
    /** That have ended. */
    private int members;

    private int headerBytes;
    private long compressedBytes;
    private long plainBytes;

    /** Receives the decompressed body. */
    @FunctionalInterface
    public interface PlainBody {
        /**
         * Some bytes of the body.
         *
         * @param bytes valid only during the call
         * @throws AnswerFault when the body is not as it should be
         */
        void body(byte[] bytes, int from, int to) throws AnswerFault;
    }

    /**
     * @param gzip false for {@code deflate}
     */
    public BodyInflater(boolean gzip) {
        this.gzip = gzip;
        this.inflater = new Inflater(gzip);
        this.state = gzip ? State.GZIP_FIXED_HEADER : State.DEFLATE_START;
    }

    /** Whether the compressed data has reached its end; a missing checksum is tolerated. */
    public boolean hasEnded() {
        return state == State.ENDED || state == State.GZIP_TRAILER || (members > 0 && smallLength == 0 && inStart());
    }

    private boolean inStart() {
        return state == State.GZIP_FIXED_HEADER;
    }

    /** Frees what is held outside of the heap. */
    public void close() {
        inflater.end();
    }

    /**
     * Decodes some bytes of the body.
     *
     * @throws AnswerFault for bytes that are not of the announced coding, and for a body that exceeds the limit; also
     *      any fault of the receiver
     */
    public void decode(byte[] bytes, int from, int to, PlainBody receiver) throws AnswerFault {
        compressedBytes += to - from;
        int position = from;
        while (position < to && state != State.ENDED) {
            if (state == State.COMPRESSED) {
                position = inflate(bytes, position, to, receiver);
            } else {
                header(bytes[position], receiver);
                position++;
            }
        }
    }

    private void header(byte value, PlainBody receiver) throws AnswerFault {
        headerBytes++;
        if (headerBytes > LONGEST_HEADER) {
            throw damaged("an unterminated header");
        }
        switch (state) {
            case DEFLATE_START -> {
                small[smallLength++] = value;
                if (smallLength == 2) {
                    deflateStart(receiver);
                }
            }
            case GZIP_FIXED_HEADER -> {
                small[smallLength++] = value;
                if (smallLength == 10) {
                    fixedHeader();
                }
            }
            case GZIP_EXTRA_LENGTH -> {
                small[smallLength++] = value;
                if (smallLength == 2) {
                    extraLeft = (small[0] & 0xff) | (small[1] & 0xff) << 8;
                    state = extraLeft > 0 ? State.GZIP_EXTRA : afterExtra();
                }
            }
            case GZIP_EXTRA -> {
                extraLeft--;
                if (extraLeft == 0) {
                    state = afterExtra();
                }
            }
            case GZIP_NAME -> state = value == 0 ? afterName() : state;
            case GZIP_COMMENT -> state = value == 0 ? afterComment() : state;
            case GZIP_HEADER_CHECKSUM -> {
                smallLength++;
                state = smallLength == 2 ? State.COMPRESSED : state;
            }
            case GZIP_TRAILER -> {
                smallLength++;
                if (smallLength == 8) {
                    smallLength = 0;
                    headerBytes = 0;
                    inflater.reset();
                    state = State.GZIP_FIXED_HEADER;
                }
            }
            case COMPRESSED, ENDED -> throw new IllegalStateException(state.name());
        }
    }

    /** A zlib header is a multiple of 31 and says that the method is deflate; without it the data is bare. */
    private void deflateStart(PlainBody receiver) throws AnswerFault {
        boolean zlib = (small[0] & 0x0f) == 8 && ((small[0] & 0xff) << 8 | (small[1] & 0xff)) % 31 == 0;
        if (!zlib) {
            inflater.end();
            inflater = new Inflater(true);
        }
        state = State.COMPRESSED;
        inflate(small, 0, 2, receiver);
    }

    private void fixedHeader() throws AnswerFault {
        if ((small[0] & 0xff) != 0x1f || (small[1] & 0xff) != 0x8b || small[2] != 8) {
            throw damaged("no gzip header");
        }
        flags = small[3];
        smallLength = 0;
        state = (flags & FLAG_EXTRA) != 0 ? State.GZIP_EXTRA_LENGTH : afterExtra();
    }

    private State afterExtra() {
        return (flags & FLAG_NAME) != 0 ? State.GZIP_NAME : afterName();
    }

    private State afterName() {
        return (flags & FLAG_COMMENT) != 0 ? State.GZIP_COMMENT : afterComment();
    }

    private State afterComment() {
        smallLength = 0;
        return (flags & FLAG_CHECKSUM) != 0 ? State.GZIP_HEADER_CHECKSUM : State.COMPRESSED;
    }

    /** Returns the place behind what was used. */
    private int inflate(byte[] bytes, int from, int to, PlainBody receiver) throws AnswerFault {
        inflater.setInput(bytes, from, to - from);
        try {
            int length = inflater.inflate(buffer);
            while (length > 0) {
                plainBytes += length;
                if (plainBytes > HARMLESS_BYTES && plainBytes > LARGEST_RATIO * compressedBytes) {
                    throw new AnswerFault(
                            FailureKind.OVERSIZED_EVENT,
                            "a body that is compressed more than " + LARGEST_RATIO + " times");
                }
                receiver.body(buffer, 0, length);
                length = inflater.inflate(buffer);
            }
            if (inflater.needsDictionary()) {
                throw damaged("a preset dictionary, which was not negotiated");
            }
        } catch (DataFormatException e) {
            throw damaged(e.getMessage() == null ? "not deflate" : e.getMessage());
        }
        if (!inflater.finished()) {
            return to;
        }
        members++;
        smallLength = 0;
        state = gzip ? State.GZIP_TRAILER : State.ENDED;
        return to - inflater.getRemaining();
    }

    private AnswerFault damaged(String what) {
        return new AnswerFault(
                FailureKind.UNEXPECTED_ENCODING,
                "a body declared as compressed with " + (gzip ? "gzip" : "deflate") + " and is not: " + what);
    }
}
