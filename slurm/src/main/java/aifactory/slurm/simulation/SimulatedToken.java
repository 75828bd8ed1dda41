package aifactory.slurm.simulation;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

/** Tokens as {@code scontrol token} makes them: three base64url parts, the middle one with user and expiry. */
final class SimulatedToken {
    private SimulatedToken() {}

    static String of(String user, Instant issuedAt, Instant expiresAt) {
        String claims = "{\"exp\":" + expiresAt.getEpochSecond() + ",\"iat\":" + issuedAt.getEpochSecond()
                + ",\"sun\":\"" + user + "\"}";
        return encoded("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + encoded(claims) + "."
                + encoded("signature of " + user);
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
