package aifactory.node.connection;

import aifactory.protocol.JsonFormat;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Requests about one group, to whichever of the service's addresses answered last. Used by one thread at a time.
 */
public final class GroupExchange {
    private final ServiceHttp http;
    private final List<URI> services;
    private final long benchmarkId;
    private int current;

    /** @param services at least one; tried one after the other as long as none answers */
    public GroupExchange(ServiceHttp http, List<URI> services, long benchmarkId) {
        this.http = http;
        this.services = List.copyOf(services);
        this.benchmarkId = benchmarkId;
    }

    /**
     * Posts a body to a route of the group and waits for the answer. After one that does not come the next address has
     * its turn.
     *
     * @param route below the group's own
     */
    public <T> Reply<T> post(String route, Object body, Class<T> type, Duration timeout) throws InterruptedException {
        URI uri = ServiceAddress.under(ServiceAddress.group(services.get(current), benchmarkId), route);
        byte[] json = JsonFormat.mapper().writeValueAsBytes(body);
        CompletableFuture<ServiceAnswer> answer = http.send(ServiceRequest.post(uri, json), timeout);
        try {
            Reply<T> reply = Replies.sort(answer.get(), type, (_, _) -> {});
            if (reply instanceof Reply.Unavailable<T>) {
                current = (current + 1) % services.size();
            }
            return reply;
        } catch (ExecutionException e) {
            throw new IllegalStateException("an exchange never completes exceptionally", e);
        }
    }
}
