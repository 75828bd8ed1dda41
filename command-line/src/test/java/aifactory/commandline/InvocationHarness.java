package aifactory.commandline;

import aifactory.commandline.session.Interruption;
import aifactory.commandline.session.Session;
import aifactory.measurement.MonotonicClock;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs commands inside the test's own process, with a separate environment, directories and streams. */
final class InvocationHarness {
    private final Path directory;
    private final Map<String, String> environment = new HashMap<>();
    private final Interruption interruption = new Interruption();

    /** @param directory working, home and temporary directory of every invocation */
    InvocationHarness(Path directory) {
        this.directory = directory;
    }

    /** Sets an environment variable for the invocations that follow. */
    InvocationHarness with(String name, String value) {
        environment.put(name, value);
        return this;
    }

    Interruption interruption() {
        return interruption;
    }

    /** Runs one invocation to its end. */
    Outcome run(String... arguments) {
        return runInto(new ByteArrayOutputStream(), arguments);
    }

    /** The same, with standard output that can be read while the invocation runs. */
    Outcome runInto(ByteArrayOutputStream out, String... arguments) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode = CommandLineProgram.run(session(out, err), arguments);
        return new Outcome(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** The arguments of a command. */
    Session session() {
        return session(new ByteArrayOutputStream(), new ByteArrayOutputStream());
    }

    private Session session(ByteArrayOutputStream out, ByteArrayOutputStream err) {
        return new Session(
                environment,
                InputStream.nullInputStream(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                false,
                directory,
                directory,
                directory,
                interruption,
                MonotonicClock.SYSTEM,
                InstantSource.system());
    }

    /** What an invocation left for its caller. */
    record Outcome(int exitCode, String out, String err) {
        List<String> errorLines() {
            return err.lines().toList();
        }
    }
}
