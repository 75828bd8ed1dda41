package aifactory.protocol;

import org.jspecify.annotations.Nullable;

/** One registered client process as the API shows it. */
public record ClientView(
        int id,
        String address,
        @Nullable String node,
        ClientState state,
        @Nullable Double clockOffsetMs) {}
