package aifactory.measurement;

import java.util.Locale;

/** Why a request failed. Each is counted by its own name; none is mixed into the latencies. */
public enum FailureKind {
    /** The host name did not resolve. */
    NAME_RESOLUTION,
    CONNECTION_REFUSED,
    /** No connection within the time allowed. */
    CONNECT_TIMEOUT,
    /** The network has no route to the server. */
    HOST_UNREACHABLE,
    /** No local port was left to connect from. */
    OUT_OF_PORTS,
    /** The process may open no more files. */
    OUT_OF_FILES,
    /** The server's certificate is not signed by an authority that is trusted. */
    TLS_UNTRUSTED,
    /** The server's certificate is another host's. */
    TLS_HOST_NAME,
    /** The server's certificate is no longer valid, or not yet. */
    TLS_EXPIRED,
    /**
     * Client and server did not agree on a secure connection for another reason, a refused client certificate among
     * them.
     */
    TLS_HANDSHAKE,
    /** The HTTP proxy did not open a tunnel to the server. */
    PROXY_REFUSED,
    /** The connection was reset or broke for another reason. */
    CONNECTION_RESET,
    /** The server closed the connection before it answered. */
    CLOSED_BEFORE_ANSWER,
    /** The answer ended before its end: a cut stream or a short body. */
    TRUNCATED,
    /** No complete answer within the request's timeout. */
    TIMEOUT,
    /** Still waiting for a slot or a connection when the request's timeout passed. */
    TIMEOUT_BEFORE_START,
    /** A status of 4xx. */
    HTTP_CLIENT_ERROR,
    /** A status of 401 although the key had been read again, or because that gave no other key. */
    KEY_REFUSED,
    /** A status of 429. */
    RATE_LIMITED,
    /** A status of 5xx. */
    HTTP_SERVER_ERROR,
    /** A status that is neither success nor error, a redirect among them. */
    HTTP_UNEXPECTED_STATUS,
    /** Bytes that are not HTTP/1.1 as specified. */
    MALFORMED_HTTP,
    /** Headers beyond the limit. */
    OVERSIZED_HEADERS,
    /** One server-sent event, or a body that is not streamed, beyond the limit. */
    OVERSIZED_EVENT,
    /** A content type that is not what was asked for. */
    UNEXPECTED_CONTENT_TYPE,
    /** A body in a coding that was not asked for and cannot be undone, or that is not what it says. */
    UNEXPECTED_ENCODING,
    /** An event that is not the JSON of the endpoint. */
    MALFORMED_EVENT,
    /** Text that is not UTF-8. */
    INVALID_UTF8,
    /** An error inside an answer of status 200, in any of the ways in which servers say so. */
    ERROR_IN_BODY,
    /**
     * The server ended the answer for a reason that is not a success: {@code abort}, {@code error}, one that is not
     * known.
     */
    SERVER_ABORTED,
    /** A complete answer without any generated content. */
    NO_CONTENT,
    /** More chunks than a request may have. */
    TOO_MANY_CHUNKS,
    /** A latency beyond the range that can be recorded, or a negative one. */
    LATENCY_OUT_OF_RANGE;

    /** The name under which summaries and records carry it. */
    public String jsonName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
