package aifactory.simulator.internal.http;

import aifactory.simulator.Recording;
import aifactory.simulator.internal.cache.PromptBlocks;
import aifactory.simulator.internal.fault.AnswerFaults;
import aifactory.simulator.internal.generation.AnswerChannel;
import aifactory.simulator.internal.generation.ConstantAnswers;
import aifactory.simulator.internal.generation.DialectRequestParser;
import aifactory.simulator.internal.generation.EndpointKind;
import aifactory.simulator.internal.generation.Generation;
import aifactory.simulator.internal.generation.Generation.Arrival;
import aifactory.simulator.internal.generation.GenerationRequest;
import aifactory.simulator.internal.generation.GenerationRequestParser;
import aifactory.simulator.internal.generation.InvalidRequestException;
import aifactory.simulator.internal.generation.LoopServices;
import aifactory.simulator.internal.generation.OngoingAnswer;
import aifactory.simulator.internal.generation.ServerState;
import aifactory.simulator.internal.replay.RecordingChoice;
import aifactory.simulator.internal.replay.ReplayedAnswer;
import aifactory.simulator.internal.timing.SeededRandomness;
import io.netty.handler.codec.http.HttpMethod;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which request is answered by what. Stateless but for what the server's loops share anyway; serves every loop. */
final class RequestRouter {
    private static final Pattern USABLE_ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");
    private static final Map<String, EndpointKind> GENERATING = Map.ofEntries(
            Map.entry("/v1/chat/completions", EndpointKind.CHAT),
            Map.entry("/v1/completions", EndpointKind.COMPLETION),
            Map.entry("/v1/embeddings", EndpointKind.EMBEDDING),
            Map.entry("/v1/responses", EndpointKind.RESPONSES),
            Map.entry("/v1/messages", EndpointKind.MESSAGES),
            Map.entry("/v1/rerank", EndpointKind.RERANK),
            Map.entry("/v1/score", EndpointKind.SCORE),
            Map.entry("/api/chat", EndpointKind.OLLAMA),
            Map.entry("/generate", EndpointKind.TGI),
            Map.entry("/generate_stream", EndpointKind.TGI));
    /** Triton, and the Open Inference Protocol. */
    private static final Pattern OF_MODEL =
            Pattern.compile("/v2/models/([^/]{1,400})(?:/versions/[^/]{1,40})?/(generate|generate_stream|infer)");

    private final InformationPages pages;
    private final @Nullable ConstantAnswers constantAnswers;
    /** Null unless responses are replayed. */
    private final @Nullable RecordingChoice recordings;

    RequestRouter(ServerState state, String version) {
        recordings = state.options().replay().isEmpty()
                ? null
                : new RecordingChoice(state.options().replay());
        pages = new InformationPages(state, version, recordings);
        constantAnswers = state.options().zeroWork() ? new ConstantAnswers(state) : null;
    }

    /**
     * Answers a request.
     *
     * @return what answers it; null when it is answered already, or never will be
     */
    @Nullable
    OngoingAnswer route(ReceivedRequest request, AnswerChannel channel, LoopServices services) {
        if (recordings != null) {
            return replay(recordings, request, channel, services);
        }
        EndpointKind endpoint = endpoint(request.path());
        if (endpoint == null) {
            page(request).sendTo(channel, false);
            return null;
        }
        if (!request.method().equals(HttpMethod.POST)) {
            forMethod(request, InformationPages.wrongMethod(request.method(), request.path(), "POST"))
                    .sendTo(channel, false);
            return null;
        }
        if (constantAnswers != null && !endpoint.isOpenAi()) {
            PlainAnswer.error(404, "Without work this server has chat, completions and embeddings only.", null)
                    .sendTo(channel, false);
            return null;
        }
        if (constantAnswers != null) {
            constantAnswers.answer(endpoint, request.body(), channel);
            return null;
        }
        return generate(endpoint, request, channel, services);
    }

    private PlainAnswer page(ReceivedRequest request) {
        return forMethod(request, pages.answer(request.method(), request.path()));
    }

    /** No answer to HEAD has a body, errors included. */
    private static PlainAnswer forMethod(ReceivedRequest request, PlainAnswer answer) {
        return request.method().equals(HttpMethod.HEAD) ? answer.withoutBody() : answer;
    }

    private static @Nullable EndpointKind endpoint(String path) {
        EndpointKind endpoint = GENERATING.get(path);
        if (endpoint != null) {
            return endpoint;
        }
        Matcher ofModel = OF_MODEL.matcher(path);
        if (!ofModel.matches()) {
            return null;
        }
        return ofModel.group(2).equals("infer") ? EndpointKind.KSERVE : EndpointKind.TRITON;
    }

    /**
     * @param blocks take the prompt of an OpenAI-like request; other APIs' prompts are never in the prefix cache
     */
    private static GenerationRequest parse(EndpointKind endpoint, ReceivedRequest request, PromptBlocks blocks)
            throws InvalidRequestException {
        if (endpoint.isOpenAi()) {
            return GenerationRequestParser.parse(endpoint, request.body(), blocks);
        }
        Matcher ofModel = OF_MODEL.matcher(request.path());
        String model = ofModel.matches() ? URLDecoder.decode(ofModel.group(1), StandardCharsets.UTF_8) : "";
        Boolean streamed = switch (endpoint) {
            case TGI, TRITON -> request.path().endsWith("_stream");
            default -> null;
        };
        return DialectRequestParser.parse(endpoint, request.body(), model, streamed);
    }

    private @Nullable OngoingAnswer replay(
            RecordingChoice choice, ReceivedRequest request, AnswerChannel channel, LoopServices services) {
        Recording recording = choice.choose(request.path(), request.body());
        if (recording == null) {
            page(request).sendTo(channel, false);
            return null;
        }
        services.state().metrics().countRequest();
        return ReplayedAnswer.begin(recording, services, channel, request.receivedNanos());
    }

    private @Nullable Generation generate(
            EndpointKind endpoint, ReceivedRequest request, AnswerChannel channel, LoopServices services) {
        ServerState state = services.state();
        state.clock().begin();
        state.metrics().countRequest();
        long index = state.nextRequestIndex();
        int refusal = state.overload().refusal(request.receivedNanos());
        if (refusal != 0) {
            state.metrics().countRefusal();
            PlainAnswer.error(refusal, "Too many requests per second; send fewer.", null)
                    .withHeader("retry-after", "1")
                    .sendTo(channel, false);
            return null;
        }
        AnswerFaults faults = state.faults().ofRequest(index);
        if (!faults.isEmpty()) {
            state.metrics().countFault();
            if (OpeningFaults.happen(faults, channel)) {
                return null;
            }
        }
        try {
            PromptBlocks blocks = new PromptBlocks();
            Arrival arrival = arrival(endpoint, request, index, faults, state, blocks);
            if (OpeningFaults.replaceBody(arrival, channel)) {
                return null;
            }
            Generation generation = Generation.of(services, channel, arrival);
            if (generation.begin()) {
                state.countPrefix(arrival.request().promptTokens(), blocks);
                state.overload().crashIfTooMany(state.slots());
                return generation;
            }
            state.metrics().countRefusal();
            tooMany(state).sendTo(channel, false);
        } catch (InvalidRequestException e) {
            state.metrics().countRefusal();
            int status = "model".equals(e.parameter()) ? 404 : 400;
            PlainAnswer.error(status, e.text(), e.parameter()).sendTo(channel, false);
        }
        return null;
    }

    private static Arrival arrival(
            EndpointKind endpoint,
            ReceivedRequest request,
            long index,
            AnswerFaults faults,
            ServerState state,
            PromptBlocks blocks)
            throws InvalidRequestException {
        GenerationRequest parsed = parse(endpoint, request, blocks);
        String model = parsed.model();
        if (!state.serves(model)) {
            throw new InvalidRequestException(
                    "The model `" + model + "` does not exist; this server has `"
                            + state.options().model() + "`.",
                    "model");
        }
        long gatewayNanos = state.options().engine().gatewayDelay().toNanos();
        String ownId = HexFormat.of().toHexDigits(state.randomness().bits(SeededRandomness.IDENTIFIER_STREAM, index));
        boolean isUsable = USABLE_ID.matcher(request.requestId()).matches();
        String id = endpoint.idPrefix() + (isUsable ? request.requestId() : ownId);
        return new Arrival(
                parsed,
                faults,
                index,
                id,
                isUsable ? request.requestId() : id,
                maxTokens(parsed, state),
                request.receivedNanos() + gatewayNanos,
                request.receivedTrueNanos() + gatewayNanos);
    }

    private static int maxTokens(GenerationRequest request, ServerState state) throws InvalidRequestException {
        int most = state.options().capacity().maxModelLength();
        long room = (long) most - request.promptTokens();
        Integer asked = request.maxTokens();
        if (room < 1 || (asked != null && asked > room)) {
            throw new InvalidRequestException(
                    "This model's maximum context length is " + most + " tokens; the request has "
                            + request.promptTokens() + " in its prompt"
                            + (asked == null ? "." : " and asks for " + asked + " more."),
                    "max_tokens");
        }
        int otherwise = Math.max(state.options().output().defaultMaxTokens(), request.minTokens());
        return asked != null ? asked : (int) Math.min(otherwise, room);
    }

    private static PlainAnswer tooMany(ServerState state) {
        int running = state.options().capacity().maxNumSeqs();
        int waiting = state.options().capacity().maxWaiting();
        return PlainAnswer.error(
                        503,
                        "The queue is full: " + running + " requests run and " + waiting
                                + " wait; send fewer at a time or start the simulator with a larger --max-num-seqs or"
                                + " --max-waiting.",
                        null)
                .withHeader("retry-after", "1");
    }
}
