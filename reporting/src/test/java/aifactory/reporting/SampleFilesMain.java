package aifactory.reporting;

import java.nio.file.Path;
import java.util.List;

/** Writes sample reports for people to look at: {@code java … SampleFilesMain DIRECTORY}. */
public final class SampleFilesMain {
    private SampleFilesMain() {}

    public static void main(String[] arguments) throws java.io.IOException {
        Path directory = Path.of(arguments[0]);
        SampleRun good = new SampleRun();
        good.failureShare = 0;
        write(directory.resolve("good"), good);
        write(directory.resolve("failures"), new SampleRun());
        SampleRun bad = new SampleRun();
        bad.cpuShare = 0.97;
        bad.longestPauseNanos = 2_000_000_000;
        bad.lost = List.of("node104");
        bad.ending = aifactory.protocol.RunState.INCOMPLETE;
        write(directory.resolve("bad"), bad);
        SampleRun none = new SampleRun();
        none.failureShare = 1;
        write(directory.resolve("none"), none);
        SampleRun large = new SampleRun();
        large.clients = 40;
        large.requestRate = 20;
        large.seconds = 900;
        write(directory.resolve("large"), large);
    }

    private static void write(Path directory, SampleRun run) throws java.io.IOException {
        var result = run.result();
        RunFiles.write(directory, result, RequestRecordSource.of(run.records()));
        System.out.print(ResultTable.render(result.summary(), 80, false));
    }
}
