package aifactory.commandline.composition;

import aifactory.measurement.MonotonicClock;
import aifactory.service.BuildIdentity;
import aifactory.service.ClientServiceConfiguration;
import aifactory.service.ServiceThreads;
import aifactory.service.composition.ServiceDependencies;
import aifactory.service.dispatch.ClientDispatcher;
import aifactory.service.dispatch.JobInsight;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A real Client Service as a process. After a line on standard input, the thread that the second argument names meets
 * the error that the third argument names, thrown by the clock that the thread reads. Request threads have no stable
 * names: they are named by what they do.
 */
public final class FaultyServiceProcess {
    private static volatile boolean armed;

    private FaultyServiceProcess() {}

    /** @param arguments directory, thread, error */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        MonotonicClock clock = () -> {
            if (armed && isThere(arguments[1])) {
                meet(arguments[2]);
            }
            return MonotonicClock.SYSTEM.nanoTime();
        };
        LastingService service = LastingService.start(
                ClientServiceConfiguration.defaults(directory.resolve("data"), directory.resolve("shared"))
                        .withAddress("127.0.0.1", 0, null)
                        .withAiServers(List.of(URI.create("http://127.0.0.1:1"))),
                new ServiceDependencies(
                        InstantSource.system(),
                        clock,
                        new SecureRandom(),
                        withoutJobs(),
                        new BuildIdentity("test", "none"),
                        ServiceThreads.SYSTEM,
                        (targets, request) -> Map.of()));
        System.out.println(service.address());
        System.out.println(service.tokenFile());
        int told = System.in.read();
        armed = told >= 0;
        while (System.in.read() >= 0) {
            // Until the test has ended.
        }
        Runtime.getRuntime().halt(0);
    }

    private static boolean isThere(String thread) {
        return switch (thread) {
            case "request" -> isIn("aifactory.service.http.ApiServer", "");
            // Read once it is known who asks.
            case "request's body" -> isIn("aifactory.service.http.RequestReader", "bytes");
            case "Jetty's scheduler" -> isIn("aifactory.service.http.RequestHeaderTimeout", "");
            default -> Thread.currentThread().getName().startsWith(thread);
        };
    }

    private static boolean isIn(String type, String method) {
        return StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> frame.getClassName().startsWith(type)
                        && frame.getMethodName().startsWith(method)));
    }

    private static ClientDispatcher withoutJobs() {
        JobInsight insight = (JobInsight) Proxy.newProxyInstance(
                FaultyServiceProcess.class.getClassLoader(), new Class<?>[] {JobInsight.class}, (_, _, _) -> null);
        return (ClientDispatcher) Proxy.newProxyInstance(
                FaultyServiceProcess.class.getClassLoader(),
                new Class<?>[] {ClientDispatcher.class},
                (_, method, _) -> switch (method.getName()) {
                    case "name" -> "none";
                    case "insight" -> insight;
                    default -> null;
                });
    }

    private static void meet(String error) {
        switch (error) {
            case "memory" -> {
                List<long[]> all = new ArrayList<>();
                while (armed) {
                    all.add(new long[1 << 20]);
                }
                throw new IllegalStateException("there is room for " + all.size());
            }
            case "stack" -> deeper(1);
            case "linkage" -> throw new NoClassDefFoundError("a class that was there when the service was built");
            default -> throw new IllegalArgumentException(error);
        }
    }

    private static int deeper(int depth) {
        return depth == Integer.MAX_VALUE ? 0 : 1 + deeper(depth + 1);
    }
}
