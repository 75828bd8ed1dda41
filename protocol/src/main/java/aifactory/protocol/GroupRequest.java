package aifactory.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /client-group/{id}}. Absent members take the service's defaults.
 *
 * @param numClients client processes, one per node; 0 for a group of servers alone, which other groups use
 * @param timeLimit minutes, exactly the job's
 * @param aiServers addresses of the AI servers under test
 * @param minClients the group is ready when so many have registered
 * @param idleTimeout minutes after which a group without a run releases its job
 * @param template the name of a job template on the server
 * @param server AI servers that are started with the group, instead of {@code aiServers}
 */
public record GroupRequest(
        @Nullable Integer numClients,
        @Nullable Integer timeLimit,
        @Nullable String profile,
        @Nullable String partition,
        @Nullable String qos,
        @Nullable String account,
        @Nullable String container,
        @Nullable Boolean gpu,
        @Nullable List<String> aiServers,
        @Nullable Integer minClients,
        @Nullable Integer idleTimeout,
        @Nullable String template,
        @Nullable ServerRequest server) {}
