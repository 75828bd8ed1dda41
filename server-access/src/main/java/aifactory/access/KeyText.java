package aifactory.access;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A key and its expiry as files and commands give them: the key alone; a JSON Web Token, which names its expiry (RFC
 * 7519, {@code exp}); or a JSON object such as those of OAuth 2 (RFC 6749, {@code access_token} and
 * {@code expires_in}), Globus ({@code expires_at_seconds}), Azure ({@code accessToken}, {@code expires_on}) and
 * Kubernetes ({@code status.token}, {@code status.expirationTimestamp}).
 *
 * @param expiry null where it is not known
 */
record KeyText(String key, @Nullable Instant expiry) {
    private static final List<String> KEYS =
            List.of("/access_token", "/accessToken", "/token", "/api_key", "/key", "/id_token", "/status/token");
    private static final List<String> EXPIRIES = List.of(
            "/expires_at",
            "/expires_at_seconds",
            "/expires_on",
            "/expiresOn",
            "/expiry",
            "/expiration",
            "/exp",
            "/expirationTimestamp",
            "/status/expirationTimestamp");
    /** A number of seconds beyond this is one of milliseconds. */
    private static final long LATEST_EPOCH_SECONDS = 100_000_000_000L;

    /**
     * @param source begins the message of a failure
     * @param allowsBlanks for a user name and a password
     * @throws IllegalArgumentException when there is no key in it; the message does not repeat the text
     */
    static KeyText parse(String source, String text, Instant now, boolean allowsBlanks) {
        String stripped = text.strip();
        if (stripped.startsWith("{")) {
            return ofJson(source, stripped, now, allowsBlanks);
        }
        return new KeyText(checked(source, stripped, allowsBlanks), expiryOfToken(stripped));
    }

    private static KeyText ofJson(String source, String text, Instant now, boolean allowsBlanks) {
        JsonNode json;
        try {
            json = JsonMapper.shared().readTree(text);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(source + " is neither a key nor a JSON object");
        }
        for (String pointer : KEYS) {
            JsonNode key = json.at(pointer);
            if (key.isString()) {
                String checked = checked(source, key.stringValue().strip(), allowsBlanks);
                Instant expiry = expiryOf(json, now);
                return new KeyText(checked, expiry == null ? expiryOfToken(checked) : expiry);
            }
        }
        throw new IllegalArgumentException(
                source + " is a JSON object without access_token, token, api_key or another member that holds a key");
    }

    private static String checked(String source, String key, boolean allowsBlanks) {
        boolean isSent = key.chars().allMatch(c -> allowsBlanks ? !Character.isISOControl(c) : c > ' ' && c < 0x7f);
        if (key.isEmpty() || !isSent) {
            throw new IllegalArgumentException(source
                    + (key.isEmpty() ? " is empty" : " does not hold one key: it has to be one line without blanks"));
        }
        return key;
    }

    private static @Nullable Instant expiryOf(JsonNode json, Instant now) {
        JsonNode in = json.path("expires_in");
        if (in.isNumber() || in.asString("").matches("[0-9]{1,10}")) {
            return now.plus(Duration.ofSeconds(Math.clamp(in.asLong(0), 0, 10L * 366 * 86_400)));
        }
        for (String pointer : EXPIRIES) {
            Instant expiry = instant(json.at(pointer));
            if (expiry != null) {
                return expiry;
            }
        }
        return null;
    }

    private static @Nullable Instant instant(JsonNode node) {
        String text = node.asString("").strip();
        try {
            if (text.matches("[0-9]{1,15}(\\.[0-9]*)?")) {
                long number = (long) Double.parseDouble(text);
                return number > LATEST_EPOCH_SECONDS ? Instant.ofEpochMilli(number) : Instant.ofEpochSecond(number);
            }
            return text.isEmpty()
                    ? null
                    : OffsetDateTime.parse(text.replaceFirst(" (?=[0-9])", "T")).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static @Nullable Instant expiryOfToken(String key) {
        String[] parts = key.split("\\.", -1);
        if (parts.length != 3) {
            return null;
        }
        try {
            byte[] claims = Base64.getUrlDecoder().decode(parts[1]);
            return instant(JsonMapper.shared()
                    .readTree(new String(claims, StandardCharsets.UTF_8))
                    .path("exp"));
        } catch (IllegalArgumentException | JacksonException e) {
            return null;
        }
    }
}
