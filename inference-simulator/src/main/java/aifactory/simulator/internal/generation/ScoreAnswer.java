package aifactory.simulator.internal.generation;

import aifactory.simulator.internal.timing.SeededRandomness;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Scores of documents or texts, drawn from the seed, due after the time to first token. */
final class ScoreAnswer extends BodyAnswer {
    private final AnswerPlan plan;

    ScoreAnswer(LoopServices services, AnswerChannel channel, Arrival arrival) {
        super(services, channel, arrival);
        plan = AnswerPlan.of(request, 1, services.state().options().output(), faults, random);
    }

    @Override
    AnswerPlan plan() {
        return plan;
    }

    @Override
    long generationNanos() {
        return plan.stallNanos();
    }

    @Override
    int tokens() {
        return 0;
    }

    @Override
    byte[] body() {
        RandomGenerator values = services.state().randomness().generator(SeededRandomness.WORD_STREAM, identity.seed());
        double[] scores = values.doubles(request.inputs()).toArray();
        boolean isRerank = request.endpoint() == EndpointKind.RERANK;
        List<Integer> order = IntStream.range(0, scores.length).boxed().toList();
        if (isRerank) {
            order = order.stream()
                    .sorted(Comparator.comparingDouble((Integer input) -> -scores[input]))
                    .toList();
        }
        StringBuilder body = new StringBuilder("{\"id\":\"").append(identity.id());
        body.append("\",\"object\":\"list\",\"model\":").append(identity.modelJson());
        body.append(isRerank ? ",\"results\":[" : ",\"data\":[");
        for (int place = 0; place < scores.length; place++) {
            int input = order.get(place);
            body.append(place == 0 ? "" : ",").append("{\"index\":").append(input);
            body.append(isRerank ? ",\"relevance_score\":" : ",\"object\":\"score\",\"score\":");
            body.append(scores[input]).append('}');
        }
        body.append(']');
        if (Usage.isTold(faults)) {
            body.append(",\"usage\":").append(Usage.json(request.promptTokens(), 0, 0, faults));
        }
        return body.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }
}
