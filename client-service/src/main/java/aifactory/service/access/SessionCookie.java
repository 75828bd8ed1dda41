package aifactory.service.access;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What a browser gets for a token, so that the token itself is never kept in one. It opens what may be read and nothing else: a browser
 * hands cookies to every port of a host, so that another user's server on the login node may see one. Immutable.
 */
public final class SessionCookie {
    public static final String NAME = "aifactory_session";
    public static final Duration LIFETIME = Duration.ofHours(12);

    private static final String ALGORITHM = "HmacSHA256";
    private static final int LONGEST = 128;

    private final SecretKeySpec key;

    /** @param key of the service alone; another key ends every session */
    SessionCookie(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /** The value of a cookie that ends at that time. */
    public String issue(long expiresEpochSeconds) {
        return expiresEpochSeconds + "." + HexFormat.of().formatHex(sign(expiresEpochSeconds));
    }

    /** Whether this service issued it and it has not ended. */
    public boolean isValid(@Nullable String value, long nowEpochSeconds) {
        if (value == null || value.length() > LONGEST || !value.matches("\\d{1,15}\\.[0-9a-f]{64}")) {
            return false;
        }
        int dot = value.indexOf('.');
        long expires = Long.parseLong(value.substring(0, dot));
        byte[] shown = HexFormat.of().parseHex(value.substring(dot + 1));
        return MessageDigest.isEqual(shown, sign(expires)) && nowEpochSeconds < expires;
    }

    private byte[] sign(long expiresEpochSeconds) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(("session " + expiresEpochSeconds).getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has " + ALGORITHM, e);
        }
    }
}
