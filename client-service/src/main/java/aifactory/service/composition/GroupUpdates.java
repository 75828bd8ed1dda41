package aifactory.service.composition;

import aifactory.protocol.GroupView;
import aifactory.service.ServiceClock;
import aifactory.service.groups.ClientManager;
import aifactory.service.groups.Group;
import aifactory.service.observers.Observers;
import aifactory.service.runs.Run;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The updates for observers: a group and its run, as returned by the API. Thread-safe. */
record GroupUpdates(ClientManager clients, ServiceClock clock) implements Observers.Updates {
    @Override
    public @Nullable Object of(@Nullable Long benchmarkId) {
        if (benchmarkId == null) {
            List<Object> all = clients.all().stream().<Object>map(this::update).toList();
            return Map.of("groups", all);
        }
        Group group = clients.find(benchmarkId);
        return group == null ? null : update(group);
    }

    private Map<String, Object> update(Group group) {
        group.lock().lock();
        try {
            GroupView view = new GroupView(group.benchmarkId(), group.info());
            Run.Figures run = group.figures(clock.epochNanos());
            Map<String, Object> update = new LinkedHashMap<>();
            update.put("benchmark_id", view.benchmarkId());
            update.put("info", view.info());
            if (run != null) {
                update.put("run", run.view());
            }
            return update;
        } finally {
            group.lock().unlock();
        }
    }
}
