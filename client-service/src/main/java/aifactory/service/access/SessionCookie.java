package aifactory.service.access;

import aifactory.service.groups.HexText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What a browser gets for a token, so that the token itself is never kept in one. It opens what may be read and nothing
 * else: a browser hands cookies to every port of a host, so that another user's server on the login node may see one. A
 * session lasts {@link #LIFETIME} from its start, regardless of its use, or until it is revoked. Thread-safe.
 */
public final class SessionCookie {
    public static final String NAME = "aifactory_session";
    public static final Duration LIFETIME = Duration.ofHours(12);

    private static final String ALGORITHM = "HmacSHA256";
    private static final int ID_BYTES = 16;
    private static final Pattern FORM = Pattern.compile("(\\d{1,15})\\.([0-9a-f]{32})\\.([0-9a-f]{64})");

    private final SecretKeySpec key;
    private final RandomGenerator random;
    private final RevokedSessions revoked;

    /**
     * @param key known only to the service; another key ends every session
     * @param random cryptographically secure
     */
    SessionCookie(byte[] key, RandomGenerator random, RevokedSessions revoked) {
        this.key = new SecretKeySpec(key, ALGORITHM);
        this.random = random;
        this.revoked = revoked;
    }

    private record Session(String id, long expiresEpochSeconds) {
        long beganEpochSeconds() {
            return expiresEpochSeconds - LIFETIME.toSeconds();
        }
    }

    /** The value of a cookie for a session that starts now. */
    public String issue(long nowEpochSeconds) {
        String content = (nowEpochSeconds + LIFETIME.toSeconds()) + "." + HexText.random(random, ID_BYTES);
        return content + "." + HexFormat.of().formatHex(sign(content));
    }

    /** Whether this service issued it, and it has neither expired nor been revoked. */
    public boolean isValid(@Nullable String value, long nowEpochSeconds) {
        Session session = read(value, nowEpochSeconds);
        return session != null && !revoked.contains(session.id(), session.beganEpochSeconds());
    }

    /**
     * Ends a session for good; anything else than a valid cookie changes nothing.
     *
     * @throws IOException when that could not be stored: the session has ended, and a restart of the service would
     *      revive it
     */
    public void revoke(@Nullable String value, long nowEpochSeconds) throws IOException {
        Session session = read(value, nowEpochSeconds);
        if (session != null && !revoked.contains(session.id(), session.beganEpochSeconds())) {
            revoked.add(session.id(), session.expiresEpochSeconds(), nowEpochSeconds);
        }
    }

    private @Nullable Session read(@Nullable String value, long nowEpochSeconds) {
        Matcher form = FORM.matcher(value == null ? "" : value);
        if (!form.matches()) {
            return null;
        }
        byte[] shown = HexFormat.of().parseHex(form.group(3));
        boolean genuine = MessageDigest.isEqual(shown, sign(form.group(1) + "." + form.group(2)));
        long expires = Long.parseLong(form.group(1));
        return genuine && nowEpochSeconds < expires ? new Session(form.group(2), expires) : null;
    }

    private byte[] sign(String content) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(("session " + content).getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has " + ALGORITHM, e);
        }
    }
}
