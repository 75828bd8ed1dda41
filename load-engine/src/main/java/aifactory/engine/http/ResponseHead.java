package aifactory.engine.http;

import org.jspecify.annotations.Nullable;

/** The part of a response's head that matters here. Reused from response to response. */
public final class ResponseHead {
    /** No content length was given. */
    public static final long UNKNOWN_LENGTH = -1;

    int status;
    boolean http10;
    long contentLength;
    boolean chunked;
    boolean unknownTransferCoding;
    boolean close;
    boolean keepAlive;
    MediaType mediaType = MediaType.ABSENT;
    ContentCoding contentCoding = ContentCoding.NONE;
    String contentCodingName = "";
    String location = "";
    String retryAfter = "";
    String date = "";

    /** How the body is compressed although compression was not requested. */
    public enum ContentCoding {
        NONE,
        GZIP,
        DEFLATE,
        /** One that is not decoded here, or several. */
        OTHER
    }

    /** The content types that are distinguished. */
    public enum MediaType {
        EVENT_STREAM,
        JSON,
        OTHER,
        ABSENT
    }

    void reset() {
        status = 0;
        http10 = false;
        contentLength = UNKNOWN_LENGTH;
        chunked = false;
        unknownTransferCoding = false;
        close = false;
        keepAlive = false;
        mediaType = MediaType.ABSENT;
        contentCoding = ContentCoding.NONE;
        contentCodingName = "";
        location = "";
        retryAfter = "";
        date = "";
    }

    public int status() {
        return status;
    }

    public MediaType mediaType() {
        return mediaType;
    }

    public ContentCoding contentCoding() {
        return contentCoding;
    }

    /** The value of {@code content-encoding} as far as it is printable; empty without one. */
    public String contentCodingName() {
        return contentCodingName;
    }

    /** Where a redirect leads to, as far as it is printable; empty without one. */
    public String location() {
        return location;
    }

    /**
     * How long the server asks to wait before the next request, in whole seconds, rounded up and at most a day; null
     * where it does not ask in a form that is known.
     *
     * @param nowEpochSeconds for a point in time, where the server does not say what time it has itself
     */
    public @Nullable Integer retryAfterSeconds(long nowEpochSeconds) {
        return retryAfter.isEmpty() ? null : RetryAfter.seconds(retryAfter, date, nowEpochSeconds);
    }

    /** Whether the connection may carry another request after this response. */
    public boolean isPersistent() {
        return !close && (!http10 || keepAlive);
    }
}
