package aifactory.commandline.option;

import org.jspecify.annotations.Nullable;

/** What a file asks of the cluster for a group; null where it does not say. */
public record Placement(
        @Nullable String profile,
        @Nullable String partition,
        @Nullable String qos,
        @Nullable String account,
        @Nullable String container,
        boolean gpu,
        @Nullable String template) {
    public static final Placement NONE = new Placement(null, null, null, null, null, false, null);
}
