package aifactory.engine;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import aifactory.measurement.ClientShares;
import aifactory.measurement.RequestRecord;
import aifactory.workload.TlsSettings;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A load in a separate process, which a test can stop and whose system calls a test can refuse. Prints what was
 * measured; the monotonic clocks of two processes are one.
 */
final class LoadProcess {
    private LoadProcess() {}

    /**
     * What the process has measured of a request; in nanoseconds on the monotonic clock.
     *
     * @param firstShare the client share of the time to the first chunk, -1 where it is not known
     * @param endShare the same of the time to the end
     */
    record Measured(long started, long first, long done, long firstShare, long endShare) {}

    /** What the process has measured, by the number of the request, and who stamped it. */
    record Output(ClientShares.Source source, long completed, Map<Long, Measured> requests) {
        static Output of(Iterable<String> lines) {
            ClientShares.Source source = ClientShares.Source.PROCESS;
            long completed = -1;
            Map<Long, Measured> requests = new TreeMap<>();
            for (String line : lines) {
                String[] words = line.split(" ");
                if (words[0].equals("stamps")) {
                    source = ClientShares.Source.valueOf(words[1]);
                    completed = Long.parseLong(words[2]);
                } else if (words[0].equals("request")) {
                    requests.put(
                            Long.valueOf(words[1]),
                            new Measured(
                                    Long.parseLong(words[2]),
                                    Long.parseLong(words[3]),
                                    Long.parseLong(words[4]),
                                    Long.parseLong(words[5]),
                                    Long.parseLong(words[6])));
                }
            }
            return new Output(source, completed, requests);
        }
    }

    /**
     * Starts the process.
     *
     * @param how {@code kernel}; {@code process} without asking the kernel for stamps; {@code refused} where the system
     *      refuses them
     */
    static Process start(URI target, String how, int concurrency, int requests) throws IOException {
        return new ProcessBuilder(command(
                        LoadProcess.class,
                        target.toString(),
                        how,
                        Integer.toString(concurrency),
                        Integer.toString(requests)))
                .redirectErrorStream(true)
                .start();
    }

    /** Runs the main method of a class of the tests, as Maven runs the tests. */
    static List<String> command(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    public static void main(String[] arguments) throws Exception {
        URI target = URI.create(arguments[0]);
        String how = arguments[1];
        if (how.equals("refused")) {
            refuseStamps();
        }
        TestWorkload workload = TestWorkload.closed(Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
        if (target.getScheme().equals("https")) {
            workload.tls = new TlsSettings(null, null, null, true);
        }
        EngineSettings settings = EngineSettings.forCores(1).withoutWarmUp();
        CollectingSink sink = new CollectingSink(1);
        long startNanos = System.nanoTime() + 20_000_000;
        try (PreparedLoad load = EngineRun.prepare(
                List.of(target), workload, how.equals("process") ? settings.withoutKernelStamps() : settings)) {
            load.start(startNanos, sink);
            sink.await();
        }
        print(sink, startNanos);
    }

    @SuppressWarnings("SystemOut") // The way in which this process answers.
    static void print(CollectingSink sink, long startNanos) {
        for (RequestRecord record : sink.records()) {
            Long started = record.startedNanos();
            Long first = record.firstChunkNanos();
            Long done = record.doneNanos();
            if (started != null && first != null && done != null) {
                System.out.println(
                        "request " + record.index() + " " + (startNanos + started) + " " + (startNanos + first)
                                + " " + (startNanos + done) + " " + orUnknown(record.ttftClientShareNanos()) + " "
                                + orUnknown(record.e2elClientShareNanos()));
            }
        }
        System.out.println("stamps " + sink.aggregate().clientShares().source() + " "
                + sink.aggregate().measured().completed());
    }

    private static long orUnknown(@Nullable Long share) {
        return share == null ? -1 : share;
    }

    /**
     * Has the system refuse {@code SO_TIMESTAMPING} to this process, by the filter of system calls with which container
     * sandboxes do such things (seccomp(2), x86-64).
     */
    private static void refuseStamps() throws Exception {
        int[][] filter = {
            {0x20, 0, 0, 0}, // load the number of the call
            {0x15, 0, 3, 54}, // setsockopt?
            {0x20, 0, 0, 32}, // load its third argument
            {0x15, 0, 1, 37}, // SO_TIMESTAMPING?
            {0x06, 0, 0, 0x0005_0000 | 92}, // ENOPROTOOPT
            {0x06, 0, 0, 0x7fff_0000}, // allow
        };
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment instructions = arena.allocate(8L * filter.length, 8);
            for (int i = 0; i < filter.length; i++) {
                instructions.set(JAVA_SHORT, 8L * i, (short) filter[i][0]);
                instructions.set(JAVA_BYTE, 8L * i + 2, (byte) filter[i][1]);
                instructions.set(JAVA_BYTE, 8L * i + 3, (byte) filter[i][2]);
                instructions.set(JAVA_INT, 8L * i + 4, filter[i][3]);
            }
            MemorySegment program = arena.allocate(16, 8);
            program.set(JAVA_SHORT, 0, (short) filter.length);
            program.set(ADDRESS, 8, instructions);
            // PR_SET_NO_NEW_PRIVS; then SECCOMP_SET_MODE_FILTER for all threads.
            call("prctl", 38, 1, 0, 0);
            call("syscall", 317, 1, 1, program.address());
        }
    }

    @SuppressWarnings("restricted") // The process is started with access to native functions.
    private static void call(String name, long first, long second, long third, long fourth) throws Exception {
        FunctionDescriptor descriptor = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
        Linker linker = Linker.nativeLinker();
        long result;
        try {
            result = (long)
                    linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), descriptor)
                            .invokeExact(first, second, third, fourth);
        } catch (Throwable e) {
            throw new IllegalStateException(name, e);
        }
        if ((int) result != 0) {
            throw new IllegalStateException(name + " failed");
        }
    }
}
