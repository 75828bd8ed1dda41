package aifactory.engine;

import aifactory.workload.ArrivalPattern;
import aifactory.workload.Conversation;
import aifactory.workload.DatasetReference;
import aifactory.workload.Endpoint;
import aifactory.workload.FailurePolicy;
import aifactory.workload.LengthDistribution;
import aifactory.workload.RateStep;
import aifactory.workload.RequestTemplate;
import aifactory.workload.TlsSettings;
import aifactory.workload.WorkloadSpecification;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds workloads for tests; what is not set is the least that works. */
final class TestWorkload {
    Endpoint endpoint = Endpoint.CHAT;
    boolean streaming = true;

    @Nullable
    String model = "simulated";

    ArrivalPattern pattern = ArrivalPattern.CLOSED;

    @Nullable
    Double rate;

    @Nullable
    Integer concurrency;

    @Nullable
    Long count;

    @Nullable
    Duration duration;

    Duration warmup = Duration.ZERO;
    Duration cooldown = Duration.ZERO;
    int inputTokens = 8;
    int outputTokens = 4;
    Duration thinkTime = Duration.ZERO;
    Duration concurrencyRampUp = Duration.ZERO;
    double cancelShare;
    Duration timeout = Duration.ofSeconds(30);
    Map<String, Double> goodput = Map.of();
    List<RateStep> steps = List.of();
    /** Without backoff, so that tests of failures take no longer than they must. */
    FailurePolicy failures = new FailurePolicy(false, null, null);

    Map<String, String> headers = Map.of();
    Map<String, Object> extraBody = Map.of();

    @Nullable
    RequestTemplate template;

    @Nullable
    String apiKeyFile;

    @Nullable
    Conversation conversation;

    @Nullable
    DatasetReference dataset;

    @Nullable
    TlsSettings tls;

    @Nullable
    String tokenizerFile;

    static TestWorkload closed(int concurrency, long count) {
        TestWorkload workload = new TestWorkload();
        workload.concurrency = concurrency;
        workload.count = count;
        return workload;
    }

    static TestWorkload open(ArrivalPattern pattern, double rate, Duration duration) {
        TestWorkload workload = new TestWorkload();
        workload.pattern = pattern;
        workload.rate = rate;
        workload.duration = duration;
        return workload;
    }

    TestWorkload withTurns(int turns, Duration thought) {
        conversation = new Conversation(LengthDistribution.constant(turns), thought, Duration.ZERO);
        return this;
    }

    WorkloadSpecification build() {
        return new WorkloadSpecification(
                endpoint,
                streaming,
                model,
                pattern,
                rate,
                1,
                1,
                concurrency,
                concurrencyRampUp,
                steps,
                count,
                duration,
                warmup,
                cooldown,
                LengthDistribution.constant(inputTokens),
                LengthDistribution.constant(outputTokens),
                false,
                dataset,
                null,
                conversation,
                thinkTime,
                cancelShare,
                timeout,
                headers,
                extraBody,
                template,
                apiKeyFile,
                tls,
                tokenizerFile,
                7,
                false,
                goodput,
                failures);
    }
}
