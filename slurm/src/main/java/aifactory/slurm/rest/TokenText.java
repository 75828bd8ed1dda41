package aifactory.slurm.rest;

import java.util.Optional;

/** A token as people and {@code scontrol token} write it, with or without {@code SLURM_JWT=} before it. */
final class TokenText {
    private static final String PREFIX = "SLURM_JWT=";

    private TokenText() {}

    /** Empty for a text that cannot be a token; a text that is not valid in an HTTP header is never sent. */
    static Optional<String> clean(String text) {
        String token = text.strip();
        if (token.startsWith(PREFIX)) {
            token = token.substring(PREFIX.length());
        }
        boolean plain = token.chars()
                .allMatch(c ->
                        c < 0x7f && (Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.' || c == '='));
        return token.isEmpty() || !plain ? Optional.empty() : Optional.of(token);
    }
}
