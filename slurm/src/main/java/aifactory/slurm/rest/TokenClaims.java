package aifactory.slurm.rest;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a Slurm token says of itself. Its signature is slurmrestd's business; this only tells when to ask for another.
 *
 * @param issuedAt null where it does not tell
 * @param user {@code sun}, null where it does not tell
 */
record TokenClaims(
        @Nullable Instant issuedAt,
        Instant expiresAt,
        @Nullable String user) {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    /** Reads the middle of three base64url parts; empty for a text that is no token with an expiry. */
    static Optional<TokenClaims> read(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            byte[] json = Base64.getUrlDecoder().decode(parts[1]);
            JsonNode claims = MAPPER.readTree(new String(json, StandardCharsets.UTF_8));
            if (!claims.path("exp").isNumber()) {
                return Optional.empty();
            }
            return Optional.of(new TokenClaims(
                    claims.path("iat").isNumber()
                            ? Instant.ofEpochSecond(claims.path("iat").asLong())
                            : null,
                    Instant.ofEpochSecond(claims.path("exp").asLong()),
                    claims.path("sun").isString() ? claims.path("sun").asString() : null));
        } catch (IllegalArgumentException | JacksonException | java.time.DateTimeException e) {
            return Optional.empty();
        }
    }

    /** When it has lived half its life, counted from when it was issued or else from when it was first seen. */
    Instant halfLife(Instant firstSeen) {
        Instant from = issuedAt == null ? firstSeen : issuedAt;
        long seconds = Math.max(0, expiresAt.getEpochSecond() - from.getEpochSecond());
        return from.plusSeconds(seconds / 2);
    }
}
