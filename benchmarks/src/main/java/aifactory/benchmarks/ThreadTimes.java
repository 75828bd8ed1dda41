package aifactory.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** The CPU time of this process by what its threads are for, as the system counts it. */
final class ThreadTimes {
    /** The purpose of a thread, derived from its name. */
    enum Purpose {
        EVENT_LOOPS,
        COMPILER,
        COLLECTOR,
        OTHERS;

        private static Purpose of(String name) {
            if (name.startsWith("load-")) {
                return EVENT_LOOPS;
            }
            if (name.startsWith("C1 ") || name.startsWith("C2 ")) {
                return COMPILER;
            }
            // The serial collector works on the virtual machine's own thread.
            return name.startsWith("VM Thread") || name.startsWith("GC ") ? COLLECTOR : OTHERS;
        }
    }

    /**
     * One thread.
     *
     * @param nanos since its start
     */
    record Time(Purpose purpose, long nanos) {}

    private ThreadTimes() {}

    /** Of every thread that lives, by the number that the system gave it. */
    static Map<String, Time> read() {
        Map<String, Time> times = new HashMap<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path thread : threads) {
                add(thread, times);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return times;
    }

    private static void add(Path thread, Map<String, Time> times) throws IOException {
        try {
            Purpose purpose = Purpose.of(Files.readString(thread.resolve("comm")));
            String ran = Files.readString(thread.resolve("schedstat")).split(" ", 2)[0];
            times.put(thread.getFileName().toString(), new Time(purpose, Long.parseLong(ran)));
        } catch (NoSuchFileException e) {
            // The thread has ended meanwhile.
        }
    }

    /** Nanoseconds between two readings; what a thread did that ended in between is not known and left out. */
    static Map<Purpose, Long> between(Map<String, Time> before, Map<String, Time> after) {
        Map<Purpose, Long> nanos = new EnumMap<>(Purpose.class);
        for (Purpose purpose : Purpose.values()) {
            nanos.put(purpose, 0L);
        }
        after.forEach((thread, time) -> {
            Time earlier = before.get(thread);
            nanos.merge(time.purpose(), time.nanos() - (earlier == null ? 0 : earlier.nanos()), Long::sum);
        });
        return nanos;
    }
}
