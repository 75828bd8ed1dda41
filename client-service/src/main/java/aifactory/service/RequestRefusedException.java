package aifactory.service;

import org.jspecify.annotations.Nullable;

/** A request that is not carried out; nothing was changed by it. The message carries the cause and the remedy. */
public final class RequestRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final @Nullable String field;

    private RequestRefusedException(int status, @Nullable String field, String detail) {
        super(detail);
        this.status = status;
        this.field = field;
    }

    public static RequestRefusedException notFound(String detail) {
        return new RequestRefusedException(404, null, detail);
    }

    public static RequestRefusedException conflict(String detail) {
        return new RequestRefusedException(409, null, detail);
    }

    /** @param field the member or parameter at fault */
    public static RequestRefusedException invalid(String field, String detail) {
        return new RequestRefusedException(422, field, detail);
    }

    /** The other side said no. */
    public static RequestRefusedException refusedBelow(@Nullable String field, String detail) {
        return new RequestRefusedException(502, field, detail);
    }

    public static RequestRefusedException unavailable(String detail) {
        return new RequestRefusedException(503, null, detail);
    }

    public static RequestRefusedException tooLarge(String detail) {
        return new RequestRefusedException(413, null, detail);
    }

    public static RequestRefusedException unauthorized(String detail) {
        return new RequestRefusedException(401, null, detail);
    }

    public static RequestRefusedException forbidden(String detail) {
        return new RequestRefusedException(403, null, detail);
    }

    /** @param field the member that this caller may not set */
    public static RequestRefusedException forbidden(String field, String detail) {
        return new RequestRefusedException(403, field, detail);
    }

    /** The HTTP status that says the same. */
    public int status() {
        return status;
    }

    public @Nullable String field() {
        return field;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
