package aifactory.workload;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Workloads for tests; what is not set is the least that works. */
public final class SampleWorkloads {
    public Endpoint endpoint = Endpoint.CHAT;
    public boolean streaming = true;
    public ArrivalPattern pattern = ArrivalPattern.CLOSED;
    public @Nullable Double requestRate;
    public double burstiness = 1;
    public int burstSize = 1;
    public @Nullable Integer concurrency;
    public List<RateStep> steps = List.of();
    public @Nullable Long requestCount;
    public @Nullable Duration duration;
    public LengthDistribution inputLength = LengthDistribution.constant(16);
    public LengthDistribution outputLength = LengthDistribution.constant(16);
    public boolean ignoreEos;
    public @Nullable DatasetReference dataset;
    public @Nullable SharedPrefix sharedPrefix;
    public @Nullable Conversation conversation;
    public Map<String, Object> extraBody = Map.of();
    public @Nullable RequestTemplate template;
    public @Nullable String tokenizerFile;
    public long seed;
    public boolean samePrompts;

    public static WorkloadSpecification openLoop(
            ArrivalPattern pattern, double requestRate, Duration duration, long seed, double burstiness) {
        SampleWorkloads sample = new SampleWorkloads();
        sample.pattern = pattern;
        sample.requestRate = requestRate;
        sample.duration = duration;
        sample.seed = seed;
        sample.burstiness = burstiness;
        return sample.build();
    }

    public static WorkloadSpecification withSteps(ArrivalPattern pattern, List<RateStep> steps) {
        SampleWorkloads sample = new SampleWorkloads();
        sample.pattern = pattern;
        sample.steps = steps;
        return sample.build();
    }

    public static WorkloadSpecification withTemplate(RequestTemplate template) {
        SampleWorkloads sample = new SampleWorkloads();
        sample.endpoint = Endpoint.TEMPLATE;
        sample.template = template;
        return sample.build();
    }

    public WorkloadSpecification build() {
        return new WorkloadSpecification(
                endpoint,
                streaming,
                "model",
                pattern,
                requestRate,
                burstiness,
                burstSize,
                concurrency,
                Duration.ZERO,
                steps,
                requestCount,
                duration,
                Duration.ZERO,
                Duration.ZERO,
                inputLength,
                outputLength,
                ignoreEos,
                dataset,
                sharedPrefix,
                conversation,
                Duration.ZERO,
                0,
                Duration.ofSeconds(60),
                Map.of(),
                extraBody,
                template,
                null,
                null,
                tokenizerFile,
                seed,
                samePrompts,
                Map.of(),
                FailurePolicy.DEFAULT);
    }
}
