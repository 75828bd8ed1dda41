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

    /** Whether it is one of these, that user's, and has not expired. */
    static boolean isGood(String token, String user, Instant now) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3 || !parts[2].equals(encoded("signature of " + user))) {
            return false;
        }
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        int begin = claims.indexOf("\"exp\":") + "\"exp\":".length();
        long expiry = Long.parseLong(claims.substring(begin, claims.indexOf(',', begin)));
        return claims.contains("\"sun\":\"" + user + "\"") && now.getEpochSecond() < expiry;
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
