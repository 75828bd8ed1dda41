package aifactory.simulator.internal.http;

import aifactory.measurement.MonotonicClock;
import aifactory.simulator.SimulatorOptions;
import aifactory.simulator.SimulatorOptions.TimeLog;
import aifactory.simulator.internal.generation.LoopServices;
import aifactory.simulator.internal.generation.ServerState;
import aifactory.simulator.internal.timing.LoopTimer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/**
 * Serves some internal requests before a server listens, so that classes are loaded and hot code is compiled, which
 * would otherwise make the first answers tens of milliseconds late. It has a separate state, so nothing of it is
 * counted.
 */
final class WarmUp {
    private static final int REQUESTS = 150;
    private static final int TOKENS = 20;

    private final Queue<Runnable> wakeUps = new ArrayDeque<>();
    private final EmbeddedChannel channel;

    private WarmUp(SimulatorOptions options) {
        ServerState state = new ServerState(options, MonotonicClock.SYSTEM, InstantSource.system());
        LoopTimer timer = new LoopTimer(state.clock(), (_, call) -> {
            wakeUps.add(call);
            return () -> wakeUps.remove(call);
        });
        LoopServices services = new LoopServices(state, timer, Runnable::run);
        channel = new EmbeddedChannel(
                new HttpRequestDecoder(), new ServerConnection(services, new RequestRouter(state, "warm-up")));
    }

    /** Warms up what a server with these options will do, short of its faults. */
    static void run(SimulatorOptions options) {
        WarmUp warmUp = new WarmUp(options.withLatencies(Duration.ZERO, Duration.ZERO)
                .withFaults(List.of())
                .withReplay(List.of())
                .withTimeLog(TimeLog.OFF));
        for (int i = 0; i < REQUESTS; i++) {
            warmUp.serve(chat(true));
            warmUp.serve(chat(false));
        }
        warmUp.serve("GET /metrics HTTP/1.1\r\nhost: warm-up\r\n\r\n");
        warmUp.channel.close().syncUninterruptibly();
    }

    private void serve(String request) {
        channel.writeInbound(Unpooled.copiedBuffer(request, StandardCharsets.US_ASCII));
        for (Runnable next = wakeUps.poll(); next != null; next = wakeUps.poll()) {
            next.run();
        }
        for (ByteBuf sent = channel.readOutbound(); sent != null; sent = channel.readOutbound()) {
            sent.release();
        }
    }

    private static String chat(boolean streamed) {
        String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"warm up\"}],\"max_tokens\":" + TOKENS
                + ",\"stream\":" + streamed + "}";
        return "POST /v1/chat/completions HTTP/1.1\r\nhost: warm-up\r\ncontent-length: " + body.length() + "\r\n\r\n"
                + body;
    }
}
