package aifactory.simulator.internal.generation;

import aifactory.simulator.SimulatorOptions;
import aifactory.simulator.internal.generation.Generation.Arrival;
import aifactory.simulator.internal.timing.LoopTimer;
import aifactory.simulator.internal.timing.ManualTime;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** An event loop without sockets, in time that a test lets pass. */
final class SimulatedLoop {
    final ManualTime time = new ManualTime();
    final ServerState state;
    final LoopServices services;
    final long start = time.nanoTime();

    SimulatedLoop(SimulatorOptions options) {
        state = new ServerState(options, time, () -> Instant.ofEpochSecond(1_800_000_000));
        services = new LoopServices(state, new LoopTimer(state.clock(), time), Runnable::run);
    }

    RecordingChannel client() {
        return new RecordingChannel(() -> time.nanoTime() - start);
    }

    /** A request that was received just now; {@code json} is its body. */
    Generation receive(EndpointKind endpoint, String json, RecordingChannel client) throws InvalidRequestException {
        GenerationRequest request = GenerationRequestParser.parse(endpoint, json.getBytes(StandardCharsets.UTF_8));
        long index = state.nextRequestIndex();
        state.clock().begin();
        Integer maxTokens = request.maxTokens();
        return Generation.of(
                services,
                client,
                new Arrival(
                        request,
                        state.faults().ofRequest(index),
                        index,
                        "id-" + index,
                        "id-" + index,
                        maxTokens == null ? 128 : maxTokens,
                        state.clock().nanoTime(),
                        time.nanoTime()));
    }

    /** A streamed chat of so many tokens that was received just now and begins. */
    Generation beginChat(int maxTokens, RecordingChannel client) throws InvalidRequestException {
        Generation generation = receive(EndpointKind.CHAT, """
                {"messages": [{"role": "user", "content": "one two three"}], "stream": true, "max_tokens": %d}""".formatted(maxTokens), client);
        generation.begin();
        return generation;
    }
}
