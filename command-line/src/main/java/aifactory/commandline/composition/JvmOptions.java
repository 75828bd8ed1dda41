package aifactory.commandline.composition;

import java.util.List;

/** The options of the Java virtual machines that this program starts, by the process that runs in them. */
final class JvmOptions {
    /** Of every process. */
    static final List<String> COMMON = List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+UseCompactObjectHeaders",
            "-XX:+ExitOnOutOfMemoryError",
            "-Djava.awt.headless=true");

    /**
     * A client allocates little and must not pause: a small heap keeps every collection short, and a garbage collector
     * without separate threads leaves the cores to the event loops. The engine touches the memory before a run, so that
     * a client that waits does not hold it; loading classes must not trigger a collection of everything.
     */
    static final List<String> CLIENT =
            List.of("-XX:+UseSerialGC", "-Xms128m", "-Xmn64m", "-Xmx768m", "-XX:MetaspaceSize=128m");

    /** The process that monitors an AI server has little to do, and must leave the machine to the server. */
    static final List<String> SERVER = List.of("-XX:+UseSerialGC", "-Xms16m", "-Xmx128m", "-XX:TieredStopAtLevel=1");

    static final List<String> SIMULATOR = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmn64m", "-Xmx512m");

    /** A command that ends soon. */
    static final List<String> SHORT_COMMAND = List.of("-XX:TieredStopAtLevel=1", "-Xmx128m");

    private JvmOptions() {}
}
