package aifactory.engine;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.engine.netty.NettyLoadEngine;
import aifactory.measurement.MonotonicClock;
import aifactory.measurement.RequestCounts;
import aifactory.workload.ArrivalPattern;
import aifactory.workload.GroupShare;
import java.io.File;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process with a low limit of open files; the limit requires a separate process. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class OutOfFilesTest {
    private static final int FILES = 400;

    @Test
    void requestsForWhichThereIsNoFileAreCountedAndTheLoadGoesOn() throws Exception {
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            exchange.awaitClientGone();
            return false;
        })) {
            String output = limitedProcess("open", server.address());

            assertThat(output).containsPattern("scheduled=500 completed=0 failed=500");
            assertThat(output).contains("out_of_files=").contains("timeout=").contains("error=null");
        }
    }

    @Test
    void aConcurrencyThatCannotBeIsRefusedWithTheRemedy() throws Exception {
        String output = limitedProcess("closed", URI.create("http://127.0.0.1:9"));

        assertThat(output)
                .contains("refused: concurrency: this client would keep 500 connections open")
                .contains("only 400 files")
                .contains("ulimit -n");
    }

    private static String limitedProcess(String kind, URI target) throws Exception {
        String java = System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -n " + FILES + "; exec \"$@\"",
                        "sh",
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Limited.class.getName(),
                        kind,
                        target.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    /** What the other process runs: 500 requests that are never answered, due at once. */
    static final class Limited {
        private Limited() {}

        @SuppressWarnings("SystemOut") // The way in which this process answers.
        public static void main(String[] arguments) throws Exception {
            TestWorkload workload = arguments[0].equals("open")
                    ? TestWorkload.open(ArrivalPattern.CONSTANT, 1_000_000, Duration.ofSeconds(5))
                    : TestWorkload.closed(500, 500);
            workload.count = 500L;
            workload.timeout = Duration.ofSeconds(3);
            LoadPlan plan = new LoadPlan(
                    "run", "salt", workload.build(), List.of(URI.create(arguments[1])), new GroupShare(0, 1));
            CollectingSink sink = new CollectingSink(1);
            EngineSettings settings = EngineSettings.forCores(2).withoutWarmUp();
            try (PreparedLoad load = new NettyLoadEngine(settings, MonotonicClock.SYSTEM, 2).prepare(plan)) {
                load.start(System.nanoTime(), sink);
                LoadCompletion completion = sink.await();
                RequestCounts counts = sink.aggregate().all();
                System.out.println("scheduled=" + counts.scheduled() + " completed=" + counts.completed() + " failed="
                        + counts.failed() + " " + counts.errors() + " error=" + completion.error());
            } catch (LoadRefusedException e) {
                System.out.println("refused: " + e.getMessage());
            }
        }
    }
}
