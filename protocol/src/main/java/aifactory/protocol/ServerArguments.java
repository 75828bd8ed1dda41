package aifactory.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /client-group/{id}/server}: its servers are restarted with these arguments instead of those that
 * they have, unless that changes nothing.
 */
public record ServerArguments(@Nullable Map<String, Object> arguments) {}
