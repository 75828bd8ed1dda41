package aifactory.protocol;

/** Answer of {@code GET /client-group/{id}}. */
public record GroupView(long benchmarkId, GroupInfo info) {}
