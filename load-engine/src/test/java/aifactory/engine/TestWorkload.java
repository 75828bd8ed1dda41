package aifactory.engine;

import aifactory.workload.ArrivalPattern;
import aifactory.workload.ConnectionSettings;
import aifactory.workload.Conversation;
import aifactory.workload.DatasetReference;
import aifactory.workload.Endpoint;
import aifactory.workload.FailurePolicy;
import aifactory.workload.LengthDistribution;
import aifactory.workload.RateStep;
import aifactory.workload.RequestPayload;
import aifactory.workload.RequestTemplate;
import aifactory.workload.ServerAccess;
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

    ServerAccess access = ServerAccess.DEFAULT;
    ConnectionSettings connections = ConnectionSettings.DEFAULT;
    RequestPayload payload = RequestPayload.DEFAULT;

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
        WorkloadSpecification.Builder load = new WorkloadSpecification.Builder();
        load.endpoint = endpoint;
        load.streaming = streaming;
        load.model = model;
        load.arrivalPattern = pattern;
        load.requestRate = rate;
        load.concurrency = concurrency;
        load.concurrencyRampUp = concurrencyRampUp;
        load.steps = steps;
        load.requestCount = count;
        load.duration = duration;
        load.warmup = warmup;
        load.cooldown = cooldown;
        load.inputLength = LengthDistribution.constant(inputTokens);
        load.outputLength = LengthDistribution.constant(outputTokens);
        load.dataset = dataset;
        load.conversation = conversation;
        load.thinkTime = thinkTime;
        load.cancelShare = cancelShare;
        load.timeout = timeout;
        load.headers = headers;
        load.access = access;
        load.connections = connections;
        load.payload = payload;
        load.extraBody = extraBody;
        load.template = template;
        load.apiKeyFile = apiKeyFile;
        load.tls = tls;
        load.tokenizerFile = tokenizerFile;
        load.seed = 7;
        load.goodput = goodput;
        load.failures = failures;
        return load.build();
    }
}
