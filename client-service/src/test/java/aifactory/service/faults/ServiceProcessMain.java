package aifactory.service.faults;

import aifactory.service.BuildIdentity;
import aifactory.service.ClientService;
import aifactory.service.ClientServiceConfiguration;
import aifactory.service.ServiceDependencies;
import aifactory.service.dispatch.DispatchOrder;
import aifactory.service.dispatch.DispatchedJob;
import aifactory.service.dispatch.GroupDispatcher;
import aifactory.service.dispatch.JobStatus;
import aifactory.service.testing.TestService;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** The service as a process of its own, over a dispatcher whose jobs always run. */
final class ServiceProcessMain {
    private ServiceProcessMain() {}

    /** Arguments: directory, port. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        ClientServiceConfiguration configuration = ClientServiceConfiguration.defaults(
                        directory.resolve("data"), directory.resolve("shared"))
                .withAddress("127.0.0.1", Integer.parseInt(arguments[1]), null)
                .withAiServers(List.of(URI.create(TestService.AI_SERVER)))
                .withTimings(TestService.quickTimings());
        ClientService.start(
                configuration, ServiceDependencies.system(new EverRunning(), new BuildIdentity("test", "none")));
        new CountDownLatch(1).await();
    }

    /** A cluster whose jobs outlive the service and never end by themselves. */
    private static final class EverRunning implements GroupDispatcher {
        private static final JobStatus RUNNING =
                new JobStatus(JobStatus.Phase.RUNNING, "RUNNING", null, null, null, List.of(), Set.of(), 0, false);
        private static final JobStatus CANCELLED =
                new JobStatus(JobStatus.Phase.CANCELLED, "CANCELLED", null, null, null, List.of(), Set.of(), 0, false);

        @Override
        public String name() {
            return "ever-running";
        }

        @Override
        public DispatchedJob submit(DispatchOrder order) {
            return new DispatchedJob("job-" + order.token(), List.of());
        }

        @Override
        public Optional<DispatchedJob> adopt(DispatchOrder order) {
            return Optional.of(submit(order));
        }

        @Override
        public Map<String, JobStatus> states(Collection<String> jobIds) {
            Map<String, JobStatus> states = new HashMap<>();
            jobIds.forEach(jobId -> states.put(jobId, RUNNING));
            return states;
        }

        @Override
        public JobStatus cancelAndConfirm(String jobId) {
            return CANCELLED;
        }

        @Override
        public String preview(DispatchOrder order) {
            return order.toString();
        }

        @Override
        public boolean awaitEnd(String jobId, Duration longest) {
            return true;
        }

        @Override
        public void forget(String jobId) {}

        @Override
        public void close() {}
    }
}
