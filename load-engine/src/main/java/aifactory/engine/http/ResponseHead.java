package aifactory.engine.http;

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

    /** The content types that are told apart. */
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
    }

    public int status() {
        return status;
    }

    public MediaType mediaType() {
        return mediaType;
    }

    /** Whether the connection may carry another request after this response. */
    public boolean isPersistent() {
        return !close && (!http10 || keepAlive);
    }
}
