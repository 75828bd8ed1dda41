package aifactory.engine;

import aifactory.engine.loop.LoadTargets;
import aifactory.engine.loop.NettyLoadFactory;
import aifactory.engine.tls.TlsContexts;
import aifactory.engine.warmup.EngineWarmUp;
import aifactory.measurement.MonotonicClock;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.content.WorkloadContent;
import aifactory.workload.dataset.DatasetException;
import aifactory.workload.token.TokenizerException;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The load engine: event loops on Netty, with HTTP and events decoded by the engine itself. Thread-safe. */
public final class NettyLoadEngine implements LoadGenerator {
    private static final Logger LOG = LoggerFactory.getLogger(NettyLoadEngine.class);

    private final NettyLoadFactory factory;
    private final MonotonicClock clock;
    private final EngineSettings settings;
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
    }

    @Override
    public PreparedLoad prepare(LoadPlan plan) throws LoadRefusedException {
        try {
            WorkloadSpecification specification = plan.specification();
            LoadTargets targets = LoadTargets.resolve(plan.targets(), specification.tls(), settings.connectTimeout());
            Map<String, String> headers = RequestHeaders.of(specification);
            String model = specification.model();
            if (model == null) {
                model = ServerModels.first(
                        plan.targets().getFirst(), headers, TlsContexts.forClient(specification.tls()));
            }
            if (settings.warmUp() && warm.compareAndSet(false, true)) {
                EngineWarmUp.run(factory, specification, settings.connectTimeout(), clock);
            }
            PreparedLoad load = create(plan, model, targets, headers);
            collectGarbageOfStart();
            return load;
        } catch (IllegalArgumentException | DatasetException | TokenizerException e) {
            throw new LoadRefusedException(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoadRefusedException("interrupted while the load was prepared");
        }
    }

    /**
     * What starting up left behind is collected now, while nothing is measured: the first collection of a run would otherwise copy
     * all that lives for long, which takes tens of milliseconds.
     */
    private static void collectGarbageOfStart() {
        System.gc();
    }

    private PreparedLoad create(LoadPlan plan, String model, LoadTargets targets, Map<String, String> headers)
            throws DatasetException, TokenizerException, LoadRefusedException, InterruptedException {
        WorkloadContent content = WorkloadContent.open(plan.specification(), plan.salt());
        content.notes().forEach(LOG::warn);
        try {
            return factory.create(plan, model, content, targets, headers);
        } catch (RuntimeException | LoadRefusedException | InterruptedException e) {
            content.close();
            throw e;
        }
    }
}
