package aifactory.engine;

import aifactory.engine.loop.NettyLoadFactory;
import aifactory.engine.warmup.EngineWarmUp;
import aifactory.measurement.MonotonicClock;
import aifactory.workload.ArrivalPattern;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.prompt.SyntheticPrompts;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** The load engine: event loops on Netty, with HTTP and events decoded by the engine itself. Thread-safe. */
public final class NettyLoadEngine implements LoadGenerator {
    private final NettyLoadFactory factory;
    private final MonotonicClock clock;
    private final EngineSettings settings;
    private final AtomicBoolean warm = new AtomicBoolean();

    /**
     * @param clock stamps everything; the same that {@link PreparedLoad#start} is given its T0 on
     * @param cores allotted to this process
     */
    public NettyLoadEngine(EngineSettings settings, MonotonicClock clock, int cores) {
        this.factory = new NettyLoadFactory(settings, clock, cores);
        this.clock = clock;
        this.settings = settings;
    }

    @Override
    public PreparedLoad prepare(LoadPlan plan) throws LoadRefusedException {
        try {
            checkSupported(plan.specification());
            List<SocketAddress> addresses = resolve(plan.targets());
            String asked = plan.specification().model();
            String model = asked == null ? ServerModels.first(plan.targets().getFirst()) : asked;
            if (settings.warmUp() && warm.compareAndSet(false, true)) {
                EngineWarmUp.run(factory, plan.specification(), clock);
            }
            PreparedLoad load = factory.create(plan, model, prompts(plan), addresses);
            collectGarbageOfStart();
            return load;
        } catch (IllegalArgumentException e) {
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

    private static SyntheticPrompts prompts(LoadPlan plan) {
        return SyntheticPrompts.of(plan.specification(), plan.salt());
    }

    private static void checkSupported(WorkloadSpecification specification) throws LoadRefusedException {
        if (specification.dataset() != null
                || specification.conversation() != null
                || specification.tokenizerFile() != null
                || specification.arrivalPattern() == ArrivalPattern.TRACE) {
            throw new LoadRefusedException(
                    "datasets, conversations, tokenizers and traces are not served by this version; leave them out");
        }
    }

    private static List<SocketAddress> resolve(List<URI> targets) throws LoadRefusedException {
        List<SocketAddress> addresses = new ArrayList<>();
        for (URI target : targets) {
            if (!"http".equals(target.getScheme()) || target.getHost() == null) {
                throw new LoadRefusedException("'" + target + "' is not an http:// address of an AI server");
            }
            int port = target.getPort() < 0 ? 80 : target.getPort();
            try {
                addresses.add(new InetSocketAddress(InetAddress.getByName(target.getHost()), port));
            } catch (UnknownHostException e) {
                throw new LoadRefusedException(
                        "the AI server's name '" + target.getHost() + "' is not known on this node; check the address");
            }
        }
        return addresses;
    }
}
