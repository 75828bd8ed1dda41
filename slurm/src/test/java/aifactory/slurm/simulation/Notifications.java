package aifactory.slurm.simulation;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Collects the notifications for listeners while the cluster is locked, and delivers them afterwards, in order. */
final class Notifications {
    private final List<JobListener> listeners = new CopyOnWriteArrayList<>();
    private final Queue<Consumer<JobListener>> waiting = new ArrayDeque<>();

    void add(JobListener listener) {
        listeners.add(listener);
    }

    void started(SimulatedJob job) {
        JobView view = JobView.of(job);
        add(listener -> listener.started(view));
    }

    void signalled(SimulatedJob job) {
        JobView view = JobView.of(job);
        add(listener -> listener.signalled(view));
    }

    void lostNode(SimulatedJob job, String node) {
        JobView view = JobView.of(job);
        add(listener -> listener.lostNode(view, node));
    }

    void stopped(SimulatedJob job) {
        JobView view = JobView.of(job);
        add(listener -> listener.stopped(view));
    }

    private synchronized void add(Consumer<JobListener> notification) {
        waiting.add(notification);
    }

    void deliver() {
        while (true) {
            Consumer<JobListener> next;
            synchronized (this) {
                next = waiting.poll();
            }
            if (next == null) {
                return;
            }
            listeners.forEach(next);
        }
    }
}
