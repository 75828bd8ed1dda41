package aifactory.commandline;

import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.session.Interruption;
import aifactory.commandline.session.Session;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The process {@code aifactory}.
 *
 * <p>A signal does not abort a command: the shutdown hook asks it to end, waits until it has saved its results and
 * cleaned up, and then ends the process with the command's exit code.
 */
public final class Main {
    /** Less than the 30 s that Slurm leaves between TERM and KILL by default. */
    private static final long GRACE_SECONDS = 25;

    private Main() {}

    public static void main(String[] arguments) {
        Interruption interruption = new Interruption();
        Session session = Session.ofThisProcess(interruption);
        CompletableFuture<Integer> ended = new CompletableFuture<>();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> endOnSignal(session, interruption, ended), "end on signal"));
        int exitCode = ExitCode.INTERNAL_FAULT.number();
        try {
            exitCode = CommandLineProgram.run(session, arguments);
        } finally {
            ended.complete(exitCode);
        }
        System.exit(exitCode);
    }

    private static void endOnSignal(Session session, Interruption interruption, CompletableFuture<Integer> ended) {
        if (ended.isDone()) {
            return;
        }
        interruption.request();
        int exitCode = ExitCode.INTERRUPTED.number();
        try {
            exitCode = ended.get(GRACE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            session.note("aifactory: ended by force: cleaning up took longer than " + GRACE_SECONDS + " s");
        } catch (InterruptedException | ExecutionException e) {
            Thread.currentThread().interrupt();
        }
        session.out().flush();
        // Halting is what makes the command's exit code the exit code of the process: a JVM that ends by a signal picks
        // its own.
        Runtime.getRuntime().halt(exitCode);
    }
}
