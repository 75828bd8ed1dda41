package aifactory.engine.netty;

import aifactory.access.AiServerException;
import aifactory.access.AiServerProbe;
import aifactory.access.KeySource;
import aifactory.access.RequestHeaders;
import aifactory.access.RequestKey;
import aifactory.engine.EngineSettings;
import aifactory.engine.LoadGenerator;
import aifactory.engine.LoadPlan;
import aifactory.engine.LoadRefusedException;
import aifactory.engine.PreparedLoad;
import aifactory.engine.loop.KeyRenewal;
import aifactory.engine.loop.LoadTargets;
import aifactory.engine.loop.NettyLoadFactory;
import aifactory.engine.warmup.EngineWarmUp;
import aifactory.measurement.MonotonicClock;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.content.WorkloadContent;
import aifactory.workload.dataset.source.DatasetException;
import aifactory.workload.token.TokenizerException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The load engine: event loops on Netty, with HTTP and events decoded by the engine itself. Thread-safe. */
public final class NettyLoadEngine implements LoadGenerator {
    private static final Logger LOG = LoggerFactory.getLogger(NettyLoadEngine.class);

    /** Many clients ask at once, which some servers answer with 429. */
    private static final AiServerProbe.Patience MODELS_PATIENCE = new AiServerProbe.Patience(
            Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(10));

    private final NettyLoadFactory factory;
    private final MonotonicClock clock;
    private final EngineSettings settings;
    private final InstantSource wallClock;
    private final AtomicBoolean warm = new AtomicBoolean();

    /**
     * @param clock stamps everything; the same that {@link PreparedLoad#start} is given its T0 on
     * @param cores allotted to this process
     */
    public NettyLoadEngine(EngineSettings settings, MonotonicClock clock, int cores) {
        this(settings, clock, InstantSource.system(), cores);
    }

    /**
     * @param wallClock the one by which the kernel stamps what arrives
     */
    public NettyLoadEngine(EngineSettings settings, MonotonicClock clock, InstantSource wallClock, int cores) {
        this.factory = new NettyLoadFactory(settings, clock, wallClock, cores);
        this.clock = clock;
        this.settings = settings;
        this.wallClock = wallClock;
    }

    @Override
    public PreparedLoad prepare(LoadPlan plan) throws LoadRefusedException {
        try {
            WorkloadSpecification specification = plan.specification();
            LoadTargets targets = LoadTargets.resolve(
                    plan.targets(), specification.tls(), specification.access().proxy(), settings.connectTimeout());
            KeySource source =
                    KeySource.of(specification, System.getenv(), wallClock).orElse(null);
            RequestKey key = source == null ? null : source.read();
            String model = specification.model();
            if (model == null) {
                model = specification.needsModel() ? firstModel(plan.targets().getFirst(), specification) : "";
            }
            if (settings.warmUp() && warm.compareAndSet(false, true)) {
                EngineWarmUp.run(factory, specification, settings.connectTimeout(), clock);
            }
            PreparedLoad load = create(plan, model, targets, source, key);
            YoungGeneration.touch();
            collectGarbageOfStart();
            return load;
        } catch (IllegalArgumentException | DatasetException | TokenizerException e) {
            throw new LoadRefusedException(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoadRefusedException("interrupted while the load was prepared");
        }
    }

    private static String firstModel(URI target, WorkloadSpecification specification)
            throws LoadRefusedException, InterruptedException {
        try (AiServerProbe probe = AiServerProbe.of(specification, MODELS_PATIENCE)) {
            return probe.models(target).getFirst().id();
        } catch (AiServerException e) {
            throw new LoadRefusedException(e.getMessage() + "; or name the model with --model");
        }
    }

    /**
     * What starting up left behind is collected now, while nothing is measured: the first collection of a run would
     * otherwise copy all that lives for long, which takes tens of milliseconds.
     */
    private static void collectGarbageOfStart() {
        System.gc();
    }

    private PreparedLoad create(
            LoadPlan plan, String model, LoadTargets targets, @Nullable KeySource source, @Nullable RequestKey key)
            throws DatasetException, TokenizerException, LoadRefusedException, InterruptedException {
        WorkloadSpecification specification = plan.specification();
        WorkloadContent content = WorkloadContent.open(specification, plan.salt());
        content.notes().forEach(LOG::warn);
        Map<String, String> headers = RequestHeaders.with(specification, key);
        KeyRenewal keys = null;
        if (source != null && key != null && source.isRenewable()) {
            keys = new KeyRenewal(source, key, wallClock);
            headers.remove(source.header());
        }
        try {
            return factory.create(plan, model, content, targets, headers, keys);
        } catch (RuntimeException | LoadRefusedException | InterruptedException e) {
            content.close();
            if (keys != null) {
                keys.close();
            }
            throw e;
        }
    }
}
