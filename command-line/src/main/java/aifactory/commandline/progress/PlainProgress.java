package aifactory.commandline.progress;

import aifactory.measurement.MonotonicClock;
import java.io.PrintStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A line when the stage changes, and every few seconds while it lasts: readable in a log file. */
final class PlainProgress implements ProgressDisplay {
    private static final long INTERVAL_NANOS = Duration.ofSeconds(5).toNanos();

    private final PrintStream stream;
    private final MonotonicClock clock;
    private @Nullable String lastStage;
    private @Nullable String lastLine;
    private long lastNanos;

    PlainProgress(PrintStream stream, MonotonicClock clock) {
        this.stream = stream;
        this.clock = clock;
    }

    @Override
    public void show(ProgressText text) {
        boolean isNewStage = !text.stage().equals(lastStage);
        boolean isDue =
                clock.nanoTime() - lastNanos >= INTERVAL_NANOS && !text.line().equals(lastLine);
        if (isNewStage || isDue) {
            stream.println(text.line());
            lastStage = text.stage();
            lastLine = text.line();
            lastNanos = clock.nanoTime();
        }
    }

    @Override
    public void close() {}
}
