package aifactory.engine.watchdog;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/** The longest pause for garbage collection as reported by the virtual machine, in whole milliseconds. Thread-safe. */
final class GarbageCollectionPauses implements AutoCloseable {
    private final AtomicLong longestMillis = new AtomicLong();
    private final List<NotificationEmitter> emitters = new ArrayList<>();
    private final NotificationListener listener = this::handle;

    GarbageCollectionPauses() {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            if (collector instanceof NotificationEmitter emitter) {
                emitter.addNotificationListener(listener, null, null);
                emitters.add(emitter);
            }
        }
    }

    private void handle(Notification notification, Object handback) {
        if (GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION.equals(notification.getType())) {
            var info = GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData());
            // Concurrent collectors report their cycles too, which do not stop the program.
            if (!info.getGcName().contains("Cycles") && !info.getGcName().contains("Concurrent")) {
                longestMillis.accumulateAndGet(info.getGcInfo().getDuration(), Math::max);
            }
        }
    }

    /** The longest pause since the last call in nanoseconds. */
    long takeLongestNanos() {
        return longestMillis.getAndSet(0) * 1_000_000;
    }

    @Override
    public void close() {
        for (NotificationEmitter emitter : emitters) {
            try {
                emitter.removeNotificationListener(listener);
            } catch (ListenerNotFoundException e) {
                // It was never added, or has been removed already.
            }
        }
    }
}
