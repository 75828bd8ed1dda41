package aifactory.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Every error of the API: {@code detail} as the earlier system had it, with the members of RFC 9457.
 *
 * @param detail the cause and the remedy
 * @param field the member or parameter at fault, where there is one
 */
public record ErrorBody(
        String detail, String title, int status, @Nullable String field) {}
