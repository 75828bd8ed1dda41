package aifactory.workload;

import java.time.Duration;
import java.util.List;

/** Workloads for tests. */
public final class SampleWorkloads {
    private SampleWorkloads() {}

    public static WorkloadSpecification openLoop(
            ArrivalPattern pattern, double requestRate, Duration duration, long seed, double burstiness) {
        WorkloadSpecification.Builder sample = new WorkloadSpecification.Builder();
        sample.arrivalPattern = pattern;
        sample.requestRate = requestRate;
        sample.duration = duration;
        sample.seed = seed;
        sample.burstiness = burstiness;
        return sample.build();
    }

    public static WorkloadSpecification withSteps(ArrivalPattern pattern, List<RateStep> steps) {
        WorkloadSpecification.Builder sample = new WorkloadSpecification.Builder();
        sample.arrivalPattern = pattern;
        sample.steps = steps;
        return sample.build();
    }

    public static WorkloadSpecification withTemplate(RequestTemplate template) {
        WorkloadSpecification.Builder sample = new WorkloadSpecification.Builder();
        sample.endpoint = Endpoint.TEMPLATE;
        sample.template = template;
        return sample.build();
    }
}
