package aifactory.commandline.composition;

import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.session.Session;
import aifactory.protocol.JsonFormat;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;

/**
 * A simulated AI server in a separate process, so that it does not share pauses and cores with what measures it more
 * than it has to. It ends with this process, however that ends.
 */
public final class SimulatorProcess implements AutoCloseable {
    private static final long START_SECONDS = 60;
    private static final long END_SECONDS = 5;

    private final Process process;
    private final URI address;

    private SimulatorProcess(Process process, URI address) {
        this.process = process;
        this.address = address;
    }

    /**
     * Starts a simulator on a free port and waits until it listens.
     *
     * @param options more options of {@code aifactory simulate}
     * @param log where its standard error goes
     */
    public static SimulatorProcess start(Session session, List<String> options, Path log) {
        List<String> arguments = new ArrayList<>(List.of("simulate", "--port", "0", "--json", "--end-with-input"));
        arguments.addAll(options);
        Process process;
        try {
            // Its input stays open as long as this process lives: its end is what ends the simulator.
            process = new ProcessBuilder(JavaCommand.of(JvmOptions.SIMULATOR, arguments))
                    .redirectError(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.INTERNAL_FAULT, "the simulated AI server cannot be started: " + e.getMessage(), e);
        }
        try {
            return new SimulatorProcess(process, awaitAddress(session, process, log));
        } catch (RuntimeException e) {
            end(process);
            throw e;
        }
    }

    private static URI awaitAddress(Session session, Process process, Path log) {
        CompletableFuture<String> line = CompletableFuture.supplyAsync(
                        () -> firstLine(process), Thread::startVirtualThread)
                .completeOnTimeout("", START_SECONDS, TimeUnit.SECONDS);
        session.interruption().awaitDone(line);
        try {
            return URI.create(
                    JsonFormat.mapper().readTree(line.join()).path("address").asString());
        } catch (JacksonException | IllegalArgumentException e) {
            throw new CommandFailure(
                    ExitCode.WRONG_INPUT, "the simulated AI server did not start: " + lastLine(log), e);
        }
    }

    private static String firstLine(Process process) {
        try {
            BufferedReader output = process.inputReader();
            String line = output.readLine();
            return line == null ? "" : line;
        } catch (IOException e) {
            return "";
        }
    }

    private static String lastLine(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return lines.isEmpty() ? "it said nothing" : lines.getLast().replaceFirst("^aifactory: ", "");
        } catch (IOException e) {
            return "its log " + log + " cannot be read";
        }
    }

    /** Where it listens. */
    public URI address() {
        return address;
    }

    /** Ends the simulator and waits until it has ended. */
    @Override
    public void close() {
        end(process);
    }

    private static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(END_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
