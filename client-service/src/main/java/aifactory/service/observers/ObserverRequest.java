package aifactory.service.observers;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Body of {@code POST /client-group/{id}/observer}, as the earlier system had it.
 *
 * @param port a number, or the same as text
 */
@JsonIgnoreProperties(ignoreUnknown = false)
public record ObserverRequest(
        @Nullable String ipAddress,
        @Nullable JsonNode port,
        @Nullable Preferences updatePreferences) {
    /**
     * How updates are wanted.
     *
     * @param frequency such as {@code 10s}
     * @param format {@code json}
     */
    public record Preferences(
            @Nullable String frequency, @Nullable String format) {}
}
