package aifactory.commandline.campaign;

import aifactory.commandline.api.ServiceClient;
import aifactory.commandline.benchmark.BenchmarkGroup;
import aifactory.commandline.benchmark.TimeLimit;
import aifactory.commandline.option.PlacementOptions;
import aifactory.commandline.progress.ProgressDisplay;
import aifactory.commandline.session.Session;
import aifactory.protocol.ServerRequest;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one group of a campaign that is open at a time. It serves as many steps as it has the clients and the time for;
 * before another one is created, it is deleted and its job confirmed gone.
 */
final class CampaignGroups implements AutoCloseable {
    /** For clients to start; what is left at the end is given back anyway. */
    private static final Duration START = Duration.ofMinutes(5);

    private final Session session;
    private final ServiceClient service;
    private final ProgressDisplay display;
    private final CampaignStore store;
    private final PlacementOptions placement;
    private final List<URI> aiServers;
    private final @Nullable ServerRequest server;
    private @Nullable BenchmarkGroup open;
    private int openClients;
    private Map<String, Object> openArguments = Map.of();
    private long endsNanos;

    CampaignGroups(
            Session session,
            ServiceClient service,
            ProgressDisplay display,
            CampaignStore store,
            PlacementOptions placement,
            List<URI> aiServers,
            @Nullable ServerRequest server) {
        this.session = session;
        this.service = service;
        this.display = display;
        this.store = store;
        this.placement = placement;
        this.aiServers = List.copyOf(aiServers);
        this.server = server;
    }

    /** Deletes what a previous process of this campaign has left behind. */
    void deleteLeftOver() {
        Long group = store.document().openGroup();
        if (group != null) {
            if (BenchmarkGroup.exists(service, group)) {
                session.note("aifactory: deleting group " + group + ", which this campaign left behind");
                BenchmarkGroup.delete(session, service, group);
            }
            store.keep(store.document().withOpenGroup(null));
        }
    }

    /**
     * A group that is ready for the step.
     *
     * @param minutes the time limit of a new group
     */
    BenchmarkGroup readyFor(CampaignStep step, int minutes) {
        BenchmarkGroup group = open;
        boolean sameServers = step.serverArguments().equals(openArguments);
        Duration needed = sameServers ? step.allowed() : step.allowed().plus(TimeLimit.readyTimeout(server));
        boolean fits = openClients == step.numClients() && session.clock().nanoTime() + needed.toNanos() < endsNanos;
        if (group == null || !fits) {
            close();
            group = BenchmarkGroup.create(
                    session,
                    service,
                    display,
                    new BenchmarkGroup.Order(step.numClients(), minutes, placement, aiServers, serverOf(step)));
            open = group;
            openClients = step.numClients();
            openArguments = step.serverArguments();
            store.keep(store.document().withOpenGroup(group.id()));
            group.awaitReady(Duration.ofMinutes(minutes));
            // Counted from when it is ready: too little is asked of it rather than too much.
            endsNanos = session.clock().nanoTime()
                    + Duration.ofMinutes(minutes).minus(START).toNanos();
        } else if (sameServers) {
            group.awaitReady(Duration.ofMinutes(1));
        } else {
            group.changeServers(
                    step.serverArguments(), TimeLimit.readyTimeout(server).plusMinutes(1));
            openArguments = step.serverArguments();
        }
        return group;
    }

    private @Nullable ServerRequest serverOf(CampaignStep step) {
        return server == null || server.group() != null ? server : server.withArguments(step.serverArguments());
    }

    @Override
    public void close() {
        BenchmarkGroup group = open;
        if (group != null) {
            open = null;
            group.close();
            store.keep(store.document().withOpenGroup(null));
        }
    }
}
