package aifactory.simulator.internal.generation;

import aifactory.simulator.FaultKind;
import aifactory.simulator.FaultParameter;
import aifactory.simulator.SimulatorOptions.Output;
import aifactory.simulator.internal.fault.AnswerFaults;
import aifactory.simulator.internal.generation.AnswerHead.Framing;
import aifactory.simulator.internal.observation.ServerMetrics.FinishReason;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A stream of events. Each chunk is due a drawn gap after the one before it was <em>due</em>, not after it was sent.
 * Chunks that are overdue go out together in one write; a client that does not read makes the stream wait instead of
 * its buffer grow.
 */
final class StreamedAnswer extends Generation {
    /** Chunks that are due together share a write up to this size. */
    private static final int WRITE_BYTES = 16_384;

    private static final int SMALL_EVENTS_BYTES = 1024;

    private final AnswerPlan plan;
    private final EventEncoder encoder;
    /** Null for OpenAI's older APIs. */
    private final @Nullable DialectWriter dialect;

    private final Framing framing;
    private final int commentEvery;
    private final int malformedToken;
    private final int oversizedToken;
    private final int nonUtf8Token;

    /** The next token to send. */
    private int token;

    private int chunks;
    /** When the chunk that waits for the client to read was due. */
    private long pausedDueNanos;

    private boolean paused;

    StreamedAnswer(LoopServices services, AnswerChannel channel, Arrival arrival) {
        super(services, channel, arrival);
        Output output = services.state().options().output();
        AnswerText text = AnswerText.of(request, output, faults, identity.seed());
        plan = AnswerPlan.of(request, arrival.maxTokens(), text.endOfDocument(), output, faults, random);
        framing = AnswerHead.framing(channel, faults, true);
        encoder = new EventEncoder(identity, text, faults, framing == Framing.CHUNKED);
        DialectForm form = DialectForm.of(request.endpoint());
        dialect = form == null
                ? null
                : new DialectWriter(form, new DialectForm.Answer(identity, request.promptTokens()), text, encoder);
        commentEvery = (int) faults.number(FaultKind.COMMENTS, FaultParameter.COUNT, 0);
        malformedToken = plan.within(faults.token(FaultKind.MALFORMED_EVENT));
        oversizedToken = plan.within(faults.token(FaultKind.OVERSIZED_EVENT));
        nonUtf8Token = plan.within(faults.token(FaultKind.NON_UTF8));
    }

    @Override
    void opened(long firstTokenNanos) {
        ByteBuf out = channel.allocate(SMALL_EVENTS_BYTES);
        if (dialect != null) {
            AnswerHead.writeStream(out, channel, faults, framing, dialect.contentType());
            dialect.open(out);
        } else {
            AnswerHead.writeStream(out, channel, faults, framing);
            if (isChat()) {
                encoder.role(out);
            }
        }
        countEvents();
        channel.send(out);
        scheduleStep(firstTokenNanos + (plan.stallToken() == 0 ? plan.stallNanos() : 0));
    }

    @Override
    void step(long dueNanos) {
        if (!channel.isWritable()) {
            paused = true;
            pausedDueNanos = dueNanos;
            return;
        }
        if (generatedTokens() > 0 && whenDecodingCanGoOn(dueNanos) > dueNanos) {
            scheduleStep(whenDecodingCanGoOn(dueNanos));
            return;
        }
        if (token < plan.tokens() && token < plan.endingToken() && !takeRoom(plan.tokensPerChunk())) {
            return;
        }
        ByteBuf out = channel.allocate(encoder.contentBytes(plan.tokensPerChunk()));
        int firstToken = token;
        int firstChunk = chunks;
        long nextNanos = dueNanos;
        do {
            if (token >= plan.tokens() || token >= plan.endingToken()) {
                break;
            }
            writeChunk(out);
            nextNanos += gapNanos();
        } while (nextNanos - clock.nanoTime() <= 0 && out.readableBytes() < WRITE_BYTES);

        boolean isOver = token >= plan.tokens() || (token == plan.endingToken() && token == firstToken);
        if (token > firstToken) {
            countSending(token - firstToken, chunks - firstChunk);
        }
        if (isOver) {
            finish(out);
        } else {
            countEvents();
            channel.send(out);
            scheduleStep(nextNanos);
        }
    }

    @Override
    public void writable() {
        if (paused) {
            paused = false;
            scheduleStep(pausedDueNanos);
        }
    }

    private boolean isChat() {
        return request.endpoint() == EndpointKind.CHAT;
    }

    private long gapNanos() {
        long gap = slowed(latencies.gapNanos(random));
        return token == plan.stallToken() ? gap + plan.stallNanos() : gap;
    }

    private void writeChunk(ByteBuf out) {
        int tokens = tokensUpTo(plan.tokens());
        tokens = Math.min(tokens, tokensUpTo(plan.reasoningTokens()));
        tokens = Math.min(tokens, tokensUpTo(plan.endingToken()));
        tokens = Math.min(tokens, tokensUpTo(plan.stallToken()));
        tokens = Math.min(tokens, tokensUpTo(malformedToken));
        tokens = Math.min(tokens, tokensUpTo(oversizedToken));
        tokens = Math.min(tokens, tokensUpTo(nonUtf8Token));
        if (commentEvery > 0 && chunks % commentEvery == 0) {
            encoder.comment(out);
        }
        DeltaKind kind = deltaKind(tokens);
        if (dialect != null) {
            DialectForm.Kind content = token < plan.reasoningTokens()
                    ? DialectForm.Kind.REASONING
                    : plan.isToolCall() ? DialectForm.Kind.TOOL_CALL : DialectForm.Kind.TEXT;
            int filling = token == oversizedToken
                    ? (int) faults.number(FaultKind.OVERSIZED_EVENT, FaultParameter.BYTES, 0)
                    : 0;
            dialect.content(out, content, token, tokens, filling, token == malformedToken, token == nonUtf8Token);
        } else if (token == malformedToken) {
            encoder.contentMalformed(out, kind, token, tokens);
        } else if (token == oversizedToken) {
            int bytes = (int) faults.number(FaultKind.OVERSIZED_EVENT, FaultParameter.BYTES, 0);
            encoder.contentOversized(out, kind, token, tokens, bytes);
        } else if (token == nonUtf8Token) {
            encoder.contentNotUtf8(out, kind, token, tokens);
        } else {
            encoder.content(out, kind, token, tokens);
        }
        token += tokens;
        chunks++;
    }

    /** A chunk's tokens, so that the next chunk begins with a certain token unless it begins later anyway. */
    private int tokensUpTo(int boundary) {
        return token < boundary && boundary != AnswerFaults.NEVER
                ? Math.min(plan.tokensPerChunk(), boundary - token)
                : plan.tokensPerChunk();
    }

    private DeltaKind deltaKind(int tokens) {
        if (!isChat()) {
            return DeltaKind.COMPLETION_TEXT;
        }
        if (token < plan.reasoningTokens()) {
            return DeltaKind.REASONING;
        }
        return plan.isToolCall()
                ? DeltaKind.toolCall(token == plan.reasoningTokens(), token + tokens == plan.tokens())
                : DeltaKind.CHAT_TEXT;
    }

    private void finish(ByteBuf out) {
        switch (plan.ending()) {
            case COMPLETE -> finishCompletely(out);
            case ERROR_EVENT -> {
                if (dialect != null) {
                    dialect.error(out, OpenAiErrors.simulatedMessage(500));
                } else {
                    encoder.event(out, OpenAiErrors.json(500, OpenAiErrors.simulatedMessage(500), null));
                    encoder.event(out, "[DONE]");
                }
                encoder.end(out, false);
                finishEarly(out, framing == Framing.CLOSE);
            }
            case MALFORMED_CHUNK -> {
                EventEncoder.malformedChunk(out);
                finishEarly(out, true);
            }
            case CUT -> finishEarly(out, true);
            case RESET -> {
                countEvents();
                end(FinishReason.ABORT);
                channel.send(out);
                channel.reset();
            }
        }
    }

    private void finishCompletely(ByteBuf out) {
        if (dialect == null) {
            finishOpenAi(out);
        } else if (!faults.has(FaultKind.NO_DONE)) {
            dialect.close(out, plan.finishReason().text(), Usage.isTold(faults));
        }
        encoder.end(out, faults.has(FaultKind.TRAILERS));
        countEvents();
        end(plan.finishReason());
        channel.finish(out, framing == Framing.CLOSE);
    }

    private void finishOpenAi(ByteBuf out) {
        encoder.finish(out, isChat(), plan.finishReason().text());
        if (request.includeUsage() && Usage.isTold(faults)) {
            int reasoning = Math.min(plan.reasoningTokens(), generatedTokens());
            encoder.usage(out, Usage.json(request.promptTokens(), generatedTokens(), reasoning, faults));
        }
        if (!faults.has(FaultKind.NO_DONE)) {
            encoder.event(out, "[DONE]");
        }
    }

    private void finishEarly(ByteBuf out, boolean close) {
        countEvents();
        end(FinishReason.ABORT);
        channel.finish(out, close);
    }

    private void countEvents() {
        metrics.countEvents(encoder.takeEventCount(), encoder.takeContentCount());
    }
}
