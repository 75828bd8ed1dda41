package aifactory.commandline.load;

import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.session.Session;
import aifactory.protocol.InvalidWorkloadException;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.WorkloadRequest;
import aifactory.workload.ArrivalPattern;
import aifactory.workload.DurationText;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.content.WorkloadContent;
import aifactory.workload.dataset.Dataset;
import aifactory.workload.dataset.source.DatasetException;
import aifactory.workload.token.TokenizerException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The files that a workload names, checked before anything is started. A dataset's format, if not specified, and its
 * checksum are added, so that a client with a different file detects it.
 */
final class WorkloadFiles {
    private static final String TOKENIZER = "tokenizer.json";

    private final Session session;
    private final ObjectNode load;

    private WorkloadFiles(Session session, ObjectNode load) {
        this.session = session;
        this.load = load;
    }

    /**
     * Checks the files, and completes the load by what is in them.
     *
     * @throws CommandFailure with exit code 2 names the file, the place in it and what is wrong
     */
    static void check(Session session, ObjectNode load) {
        WorkloadFiles files = new WorkloadFiles(session, load);
        files.makeAbsolute();
        try {
            files.detectFormat();
            files.checkContent();
        } catch (DatasetException | TokenizerException e) {
            throw CommandFailure.wrongInput(String.valueOf(e.getMessage()));
        }
    }

    private void makeAbsolute() {
        if (load.path("dataset") instanceof ObjectNode dataset
                && dataset.path("path").isString()) {
            dataset.put(
                    "path", session.resolve(dataset.path("path").stringValue()).toString());
        }
        JsonNode tokenizer = load.path("tokenizer_file");
        if (tokenizer.isString()) {
            Path path = session.resolve(tokenizer.stringValue());
            load.put("tokenizer_file", (Files.isDirectory(path) ? path.resolve(TOKENIZER) : path).toString());
        }
    }

    private void detectFormat() throws DatasetException {
        if (load.path("dataset") instanceof ObjectNode dataset
                && dataset.path("path").isString()
                && !dataset.has("format")) {
            dataset.put(
                    "format",
                    Dataset.detect(Path.of(dataset.path("path").stringValue()))
                            .name()
                            .toLowerCase(Locale.ROOT));
        }
    }

    private void checkContent() throws DatasetException, TokenizerException {
        WorkloadSpecification specification = specification();
        if (specification == null) {
            return;
        }
        try (WorkloadContent content = WorkloadContent.open(specification, "")) {
            content.notes().forEach(note -> session.note("aifactory: " + note));
            if (content.dataset().isPresent()) {
                complete(specification, content.dataset().get());
            }
        }
    }

    private void complete(WorkloadSpecification specification, Dataset dataset) {
        load.withObject("dataset").put("sha256", dataset.sha256());
        boolean endless = specification.duration() == null && specification.requestCount() == null;
        if (specification.arrivalPattern() == ArrivalPattern.TRACE && endless) {
            // The end of a trace is in the file, which the service does not read.
            if (dataset.hasTurns()) {
                // When the last turns are sent depends on the responses.
                load.put("request_count", dataset.requests());
            } else {
                // A little more keeps its last entry in.
                Duration whole = dataset.traceDuration().plusMillis(1);
                load.put("duration", DurationText.format(Duration.ofMillis(whole.toMillis() + 1)));
            }
        }
    }

    /** Null for a load that cannot work, of which others tell in better words. */
    private @Nullable WorkloadSpecification specification() {
        try {
            return JsonFormat.mapper().treeToValue(load, WorkloadRequest.class).toSpecification(1, null);
        } catch (JacksonException | InvalidWorkloadException e) {
            return null;
        }
    }
}
