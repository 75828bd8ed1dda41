package aifactory.engine.loop;

import aifactory.engine.EngineSettings;
import aifactory.engine.LoadPlan;
import aifactory.engine.LoadRefusedException;
import aifactory.engine.PreparedLoad;
import aifactory.engine.recording.LoopRecorder;
import aifactory.engine.recording.MeasuredWindow;
import aifactory.engine.stamp.LoopStamps;
import aifactory.engine.stamp.RoundClocks;
import aifactory.measurement.MonotonicClock;
import aifactory.workload.AiServerAddress;
import aifactory.workload.GroupShare;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.content.WorkloadContent;
import aifactory.workload.document.RequestedFormat;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts the event loops of a load together. */
public final class NettyLoadFactory {
    private static final int SMALLEST_QUEUE = 64;
    private static final int SMALLEST_QUEUE_WITH_MEDIA = 4;
    private static final int LARGEST_QUEUE = 8192;

    private final EngineSettings settings;
    private final MonotonicClock clock;
    private final int cores;
    private final InstantSource wallClock;

    /**
     * @param wallClock by which the kernel stamps
     * @param cores allotted to this process
     */
    public NettyLoadFactory(EngineSettings settings, MonotonicClock clock, InstantSource wallClock, int cores) {
        this.settings = settings;
        this.wallClock = wallClock;
        this.clock = clock;
        this.cores = cores;
    }

    /**
     * Makes the load and waits until its first requests are encoded.
     *
     * @param model the model's name at the servers
     * @param content is closed with the load; when none is made it is the caller's to close
     * @param targets of the plan, in its order
     * @param headers of every request
     * @param keys renews a key that is not among the headers, and is closed with the load; null for none. When no
     *     load is made it is the caller's to close
     * @throws IllegalArgumentException for a specification that cannot be generated
     * @throws LoadRefusedException when this process may not open as many connections as the load keeps open
     */
    public PreparedLoad create(
            LoadPlan plan,
            String model,
            WorkloadContent content,
            LoadTargets targets,
            Map<String, String> headers,
            @Nullable KeyRenewal keys)
            throws LoadRefusedException, InterruptedException {
        WorkloadSpecification specification = plan.specification();
        FileBudget files = FileBudget.ofThisProcess();
        if (!specification.arrivalPattern().isOpenLoop() && specification.concurrency() != null) {
            files.require(plan.share().of(specification.concurrency()));
        }
        int eventLoops = eventLoops(plan);
        List<RequestQueue> queues = queues(specification, content, eventLoops);
        RequestEncoder encoder =
                new RequestEncoder(specification, model, content.prompts(), heads(plan, model, headers), keys);
        RequestSequence sequence = new RequestSequence(content.sessions(plan.share()), encoder);
        TurnEncoder turns = new TurnEncoder(encoder);
        TextExaminer texts = new TextExaminer(
                content.tokenizer().orElse(null),
                RequestedFormat.schemaOf(specification).orElse(null),
                clock);
        RoundClocks rounds = new RoundClocks(ioHandlers(), clock);
        EventLoopGroup group =
                new MultiThreadIoEventLoopGroup(eventLoops, new DefaultThreadFactory("load", true), rounds);
        Integer concurrency = specification.concurrency();
        int slots = concurrency == null ? eventLoops : Math.max(1, plan.share().of(concurrency));
        NameLookups lookups = new NameLookups(targets.addresses());
        RequestPreparer preparer = new RequestPreparer(sequence, queues, slots);
        try {
            List<LoadLoop> loops = loops(
                    plan, eventLoops, group, rounds, queues, targets, files, turns, texts, content.hasTurns(), keys);
            turns.start();
            texts.start();
            preparer.start();
            preparer.awaitFilled();
            return new PreparedNettyLoad(
                    group,
                    loops,
                    preparer,
                    turns,
                    texts,
                    content,
                    MeasuredWindow.of(specification),
                    clock,
                    cores,
                    targets.size(),
                    plan.share(),
                    keys == null ? List.of(lookups) : List.of(lookups, keys));
        } catch (RuntimeException | InterruptedException e) {
            preparer.close();
            turns.close();
            texts.close();
            lookups.close();
            group.shutdownGracefully();
            throw e;
        }
    }

    /** No more than there are slots: an event loop without one could not send what is dealt to it. */
    private int eventLoops(LoadPlan plan) {
        WorkloadSpecification specification = plan.specification();
        Integer concurrency = specification.concurrency();
        Integer connections = specification.connections().perServer();
        int slots = concurrency == null ? settings.eventLoops() : plan.share().of(concurrency);
        // One without a connection could not send either.
        int most = connections == null ? slots : Math.min(slots, plan.share().of(connections));
        return Math.clamp(most, 1, settings.eventLoops());
    }

    /**
     * In open loop one queue for each event loop, in closed loop one for all: there the next request belongs to
     * whichever slot is free first.
     */
    private List<RequestQueue> queues(WorkloadSpecification specification, WorkloadContent content, int eventLoops) {
        int capacity = queueCapacity(specification, content.prompts().mediaBytes());
        if (!specification.arrivalPattern().isOpenLoop()) {
            return List.of(RequestQueue.shared(capacity));
        }
        List<RequestQueue> queues = new ArrayList<>();
        for (int i = 0; i < eventLoops; i++) {
            queues.add(RequestQueue.forOne(capacity));
        }
        return queues;
    }

    private List<LoadLoop> loops(
            LoadPlan plan,
            int count,
            EventLoopGroup group,
            RoundClocks rounds,
            List<RequestQueue> queues,
            LoadTargets targets,
            FileBudget files,
            TurnEncoder turns,
            TextExaminer texts,
            boolean keepsAnswers,
            @Nullable KeyRenewal keys) {
        List<LoadLoop> loops = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            GroupShare loopShare = new GroupShare(i, count);
            LoopPlan loopPlan = new LoopPlan(
                    plan.specification(),
                    plan.share(),
                    loopShare,
                    Math.max(1, loopShare.of(settings.maximumInFlight())),
                    files.connectionsOf(loopShare),
                    settings,
                    turns,
                    texts,
                    keepsAnswers,
                    keys);
            LoopRecorder recorder = new LoopRecorder(plan.share().client(), plan.specification());
            EventLoop eventLoop = group.next();
            loops.add(new LoadLoop(
                    eventLoop,
                    loopPlan,
                    clock,
                    queues.get(i % queues.size()),
                    recorder,
                    new LoopStamps(clock, wallClock, rounds.of(eventLoop)),
                    loop -> connector(loop, eventLoop),
                    targets));
        }
        return loops;
    }

    /** Plain connections on bare sockets where the system has epoll, all others on channels. */
    private Connector connector(LoadLoop loop, EventLoop eventLoop) {
        if (!(eventLoop instanceof IoEventLoop epoll && epoll.isCompatible(EpollIoHandle.class))) {
            return new ChannelConnector(loop, bootstrap(eventLoop), false);
        }
        Connector channels = new ChannelConnector(loop, bootstrap(eventLoop), true);
        Connector sockets = new SocketConnector(loop, epoll, settings.connectTimeout());
        return (connection, address, security, opened, failed) ->
                (security.isPlain() ? sockets : channels).connect(connection, address, security, opened, failed);
    }

    private Bootstrap bootstrap(EventLoop eventLoop) {
        return new Bootstrap()
                .group(eventLoop)
                .channel(channelClass())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        settings.connectTimeout().toMillis());
    }

    private static List<RequestHeadEncoder> heads(LoadPlan plan, String model, Map<String, String> headers) {
        WorkloadSpecification specification = plan.specification();
        Map<String, String> all = new LinkedHashMap<>(headers);
        if (specification.connections().perRequest()) {
            all.put("connection", "close");
        }
        boolean proxied = specification.access().proxy() != null;
        List<RequestHeadEncoder> heads = new ArrayList<>();
        for (URI target : plan.targets()) {
            AiServerAddress address = AiServerAddress.of(target);
            heads.add(new RequestHeadEncoder(
                    address, specification.requestPath(model), all, plan.runId() + "-", proxied && !address.secure()));
        }
        return heads;
    }

    /** As many as fit into the memory for encoded requests, at six bytes a token. */
    private int queueCapacity(WorkloadSpecification specification, long mediaBytes) {
        double bytes = 1024 + 6 * specification.inputLength().mean() + mediaBytes;
        long fitting = (long) (settings.encodedAheadBytes() / bytes / settings.eventLoops());
        int smallest = mediaBytes == 0 ? SMALLEST_QUEUE : SMALLEST_QUEUE_WITH_MEDIA;
        return Integer.highestOneBit(Math.clamp(fitting, smallest, LARGEST_QUEUE));
    }

    private static IoHandlerFactory ioHandlers() {
        return Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    }

    private static Class<? extends SocketChannel> channelClass() {
        return Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class;
    }
}
