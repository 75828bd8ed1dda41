package aifactory.workload.dataset;

import aifactory.workload.ArrivalPattern;
import aifactory.workload.Conversation;
import aifactory.workload.DatasetReference;
import aifactory.workload.GroupShare;
import aifactory.workload.LengthDistribution;
import aifactory.workload.Session;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.content.WorkloadContent;
import aifactory.workload.prompt.RequestBodyEncoder;
import aifactory.workload.session.SessionSequence;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A dataset as a client opens it: in its recognised format, with what its requests contain. */
final class OpenedDataset implements AutoCloseable {
    private final WorkloadSpecification specification;
    private final WorkloadContent content;

    private OpenedDataset(WorkloadSpecification specification) throws Exception {
        this.specification = specification;
        this.content = WorkloadContent.open(specification, "salt");
    }

    /** Sent in a closed loop. */
    static OpenedDataset closedLoop(Path file, UnaryOperator<DatasetReference> change, boolean sessions)
            throws Exception {
        WorkloadSpecification.Builder sample = sample(file, change);
        sample.concurrency = 1;
        if (sessions) {
            sample.conversation =
                    new Conversation(LengthDistribution.constant(1_000_000), Duration.ZERO, Duration.ZERO);
        }
        return new OpenedDataset(sample.build());
    }

    static OpenedDataset closedLoop(Path file) throws Exception {
        return closedLoop(file, reference -> reference, false);
    }

    /** Sent at its times. */
    static OpenedDataset trace(
            Path file, UnaryOperator<DatasetReference> change, @Nullable Duration duration, long seed)
            throws Exception {
        WorkloadSpecification.Builder sample = sample(file, change);
        sample.arrivalPattern = ArrivalPattern.TRACE;
        sample.duration = duration;
        sample.seed = seed;
        return new OpenedDataset(sample.build());
    }

    static OpenedDataset trace(Path file) throws Exception {
        return trace(file, reference -> reference, null, 0);
    }

    private static WorkloadSpecification.Builder sample(Path file, UnaryOperator<DatasetReference> change)
            throws Exception {
        WorkloadSpecification.Builder sample = new WorkloadSpecification.Builder();
        sample.dataset = change.apply(new DatasetReference(Dataset.detect(file), file.toString(), null));
        return sample;
    }

    WorkloadContent content() {
        return content;
    }

    Dataset dataset() {
        return content.dataset().orElseThrow();
    }

    List<Session> sessions(int client, int clients) {
        SessionSequence sequence = content.sessions(new GroupShare(client, clients));
        List<Session> sessions = new ArrayList<>();
        for (Session session = sequence.next(); session != null; session = sequence.next()) {
            sessions.add(session);
        }
        return sessions;
    }

    /** When the sessions start, in milliseconds. */
    List<Double> startMillis() {
        return sessions(0, 1).stream()
                .map(session -> session.scheduledNanos() / 1e6)
                .toList();
    }

    /** The messages of a request, of sessions with the answer {@code answer N} to turn N. */
    JsonNode body(long session, int turn) {
        List<byte[]> answers = new ArrayList<>();
        for (int i = 0; i < turn; i++) {
            answers.add(("answer " + i).getBytes(StandardCharsets.UTF_8));
        }
        RequestBodyEncoder encoder = new RequestBodyEncoder(specification, "m", content.prompts());
        int turns = content.prompts().turns(session);
        return JsonMapper.shared()
                .readTree(encoder.encode(new Session(session, 0, turns, 0), turn, answers)
                        .bytes());
    }

    /** The contents of the messages of a request. */
    List<String> texts(long session, int turn) {
        List<String> texts = new ArrayList<>();
        for (JsonNode message : body(session, turn).path("messages")) {
            texts.add(message.path("content").stringValue(""));
        }
        return texts;
    }

    /** Words of the message that a turn adds. */
    int words(long session, int turn) {
        return texts(session, turn).getLast().strip().split(" ").length;
    }

    @Override
    public void close() {
        content.close();
    }
}
