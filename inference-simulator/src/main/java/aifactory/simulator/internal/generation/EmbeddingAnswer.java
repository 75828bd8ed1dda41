package aifactory.simulator.internal.generation;

import aifactory.simulator.internal.timing.SeededRandomness;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.random.RandomGenerator;

/** Embeddings: unit vectors drawn from the seed, due after the time to first token. */
final class EmbeddingAnswer extends BodyAnswer {
    private static final int DEFAULT_DIMENSIONS = 384;

    private final AnswerPlan plan;

    EmbeddingAnswer(LoopServices services, AnswerChannel channel, Arrival arrival) {
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
        StringBuilder body = new StringBuilder(1024);
        body.append("{\"id\":\"").append(identity.id()).append("\",\"object\":\"list\",\"created\":");
        body.append(identity.createdSeconds()).append(",\"model\":").append(identity.modelJson());
        body.append(",\"data\":[");
        for (int input = 0; input < request.inputs(); input++) {
            body.append(input == 0 ? "" : ",").append("{\"index\":").append(input);
            body.append(",\"object\":\"embedding\",\"embedding\":");
            appendVector(body, vector(input));
            body.append('}');
        }
        body.append(']');
        if (Usage.isTold(faults)) {
            body.append(",\"usage\":").append(Usage.json(request.promptTokens(), 0, 0, faults));
        }
        return body.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    private float[] vector(int input) {
        Integer asked = request.dimensions();
        float[] vector = new float[asked == null ? DEFAULT_DIMENSIONS : asked];
        RandomGenerator values =
                services.state().randomness().generator(SeededRandomness.WORD_STREAM, identity.seed() + input);
        double squares = 0;
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) values.nextGaussian();
            squares += vector[i] * vector[i];
        }
        for (int i = 0; i < vector.length; i++) {
            vector[i] /= (float) Math.sqrt(squares);
        }
        return vector;
    }

    private void appendVector(StringBuilder body, float[] vector) {
        if (request.base64()) {
            ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * vector.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(vector);
            body.append('"')
                    .append(Base64.getEncoder().encodeToString(bytes.array()))
                    .append('"');
            return;
        }
        body.append('[');
        for (int i = 0; i < vector.length; i++) {
            body.append(i == 0 ? "" : ",").append(vector[i]);
        }
        body.append(']');
    }
}
