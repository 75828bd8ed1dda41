package aifactory.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/** The CPU time of this process by what its threads are for, as the system counts it. */
final class ThreadTimes {
    /** What a thread is for, told by its name. */
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

    private ThreadTimes() {}

    /** Nanoseconds since each thread's start, added up. */
    static Map<Purpose, Long> read() {
        Map<Purpose, Long> nanos = new EnumMap<>(Purpose.class);
        for (Purpose purpose : Purpose.values()) {
            nanos.put(purpose, 0L);
        }
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path thread : threads) {
                add(thread, nanos);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return nanos;
    }

    private static void add(Path thread, Map<Purpose, Long> nanos) throws IOException {
        try {
            Purpose purpose = Purpose.of(Files.readString(thread.resolve("comm")));
            String ran = Files.readString(thread.resolve("schedstat")).split(" ", 2)[0];
            nanos.merge(purpose, Long.parseLong(ran), Long::sum);
        } catch (NoSuchFileException e) {
            // The thread has ended meanwhile.
        }
    }
}
