package aifactory.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key as requests carry it. Its text is a secret: {@link #toString} does not show it.
 *
 * @param header name, in lower case
 * @param value of the header, with its scheme
 * @param expiry when the key ends; null where that is not known
 */
public record RequestKey(
        String header, String value, @Nullable Instant expiry) {
    @Override
    public String toString() {
        return "RequestKey[" + header + (expiry == null ? "" : ", until " + expiry) + "]";
    }
}
