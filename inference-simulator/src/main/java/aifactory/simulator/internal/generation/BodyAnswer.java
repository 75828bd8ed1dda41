package aifactory.simulator.internal.generation;

import aifactory.simulator.FaultKind;
import aifactory.simulator.internal.generation.AnswerHead.Framing;
import aifactory.simulator.internal.observation.ServerMetrics.FinishReason;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/** An answer that is one JSON body, with the faults that can happen to such. */
abstract class BodyAnswer extends Generation {
    private static final int HEAD_BYTES = 256;
    private static final byte NOT_UTF8 = (byte) 0xFF;

    private long firstTokenNanos;

    BodyAnswer(LoopServices services, AnswerChannel channel, Arrival arrival) {
        super(services, channel, arrival);
    }

    abstract AnswerPlan plan();

    /** From the first token to the last. */
    abstract long generationNanos();

    /** Tokens that the body has. */
    abstract int tokens();

    /** The whole body. */
    abstract byte[] body();

    @Override
    final void opened(long newFirstTokenNanos) {
        firstTokenNanos = newFirstTokenNanos;
        scheduleStep(firstTokenNanos + generationNanos());
    }

    @Override
    int reservedTokens() {
        return arrival.maxTokens();
    }

    @Override
    final void step(long dueNanos) {
        byte[] body = spoilt(body());
        Framing framing = AnswerHead.framing(channel, faults, false);
        ByteBuf out = channel.allocate(HEAD_BYTES + body.length);
        AnswerHead.writeJson(out, channel, faults, framing, body.length);
        switch (plan().ending()) {
            case COMPLETE -> {
                countBody(tokens(), firstTokenNanos);
                end(plan().finishReason());
                channel.finish(out.writeBytes(body), framing == Framing.CLOSE);
            }
            case ERROR_EVENT -> throw new IllegalStateException("answered before it was generated");
            case CUT -> {
                end(FinishReason.ABORT);
                channel.finish(out.writeBytes(body, 0, body.length / 2), true);
            }
            case RESET -> {
                end(FinishReason.ABORT);
                channel.send(out.writeBytes(body, 0, body.length / 2));
                channel.reset();
            }
            case MALFORMED_CHUNK -> {
                end(FinishReason.ABORT);
                EventEncoder.malformedChunk(out);
                channel.finish(out, true);
            }
        }
    }

    @Override
    public final void writable() {
        // One body is handed over at once; its size is bounded by the model's length.
    }

    private byte[] spoilt(byte[] body) {
        if (faults.has(FaultKind.MALFORMED_EVENT)) {
            return Arrays.copyOf(body, body.length - 1);
        }
        if (faults.has(FaultKind.NON_UTF8)) {
            // Within the identifier, which every body begins with.
            body[8] = NOT_UTF8;
        }
        return body;
    }
}
