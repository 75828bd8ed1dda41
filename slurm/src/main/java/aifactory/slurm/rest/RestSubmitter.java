package aifactory.slurm.rest;

import aifactory.slurm.JobId;
import aifactory.slurm.JobSubmission;
import aifactory.slurm.Refusals;
import aifactory.slurm.SlurmUnavailableException;
import aifactory.slurm.SlurmUnavailableException.Cause;
import aifactory.slurm.SubmissionResult;
import aifactory.slurm.command.SlurmEnvironment;
import aifactory.slurm.rest.RestClient.Question;
import aifactory.slurm.rest.RestClient.Visitor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** Submits by slurmrestd, once, and determines whether a job was created, was not created, or may have been created. */
final class RestSubmitter {
    private static final Duration TIMEOUT = Duration.ofSeconds(150);
    private static final String PARSING_FAILED = "Failure during parsing";
    private static final String SOME_PATH = "/usr/local/bin:/usr/bin:/bin";

    private final RestClient client;
    private final SlurmEnvironment environment;

    RestSubmitter(RestClient client, SlurmEnvironment environment) {
        this.client = client;
        this.environment = environment;
    }

    SubmissionResult submit(JobSubmission submission) throws InterruptedException {
        RestVersion version;
        String token;
        Question question;
        try {
            version = client.version();
            token = client.token();
            Map<String, String> variables = new TreeMap<>(environment.ofJob(submission.environment()));
            // A job without any environment is refused.
            variables.putIfAbsent("PATH", SOME_PATH);
            question = new Question(
                    "POST", "slurm", "/job/submit", RestSubmission.write(version, submission, variables), TIMEOUT);
        } catch (SlurmUnavailableException e) {
            return new SubmissionResult.Unreachable(String.valueOf(e.getMessage()));
        } catch (RestSubmission.UnknownOptionException e) {
            return new SubmissionResult.Refused(e.refusal());
        }
        RestResponse response;
        try {
            response = client.send(version, question, token);
        } catch (IOException e) {
            String words = client + ": " + RestClient.words(e);
            return RestClient.wasNeverSent(e)
                    ? new SubmissionResult.Unreachable(words)
                    : new SubmissionResult.Ambiguous(words);
        }
        try {
            return read(client.understand(version, response, token, "/job/submit", Visitor.NONE), submission);
        } catch (SlurmUnavailableException e) {
            return notUnderstood(e);
        }
    }

    private static SubmissionResult notUnderstood(SlurmUnavailableException e) {
        String words = String.valueOf(e.getMessage());
        boolean certainlyNone = e.unavailable() == Cause.AUTHENTICATION || Refusals.saysNeverSent(words);
        return certainlyNone ? new SubmissionResult.Unreachable(words) : new SubmissionResult.Ambiguous(words);
    }

    private static SubmissionResult read(RestAnswer answer, JobSubmission submission) {
        long id = RestJson.number(answer.body().path("job_id"), 0);
        // A job that is held comes with an error too.
        if (id > 0) {
            List<String> messages = new ArrayList<>();
            String message = RestJson.text(answer.body().path("job_submit_user_msg"));
            if (!message.isEmpty()) {
                messages.add(message);
            }
            answer.errors().forEach(error -> messages.add(error.words()));
            for (JsonNode warning : answer.body().path("warnings")) {
                messages.add(RestJson.text(warning.path("description")));
            }
            return new SubmissionResult.Submitted(new JobId(id), null, messages);
        }
        String words = answer.words();
        String resources = submission.options().genericResources();
        if (resources != null && words.equals(PARSING_FAILED)) {
            // v0.0.38 checks generic resources itself, and says no more than this.
            return new SubmissionResult.Refused(Refusals.of(
                    words + ", probably: Invalid generic resource (gres) specification '" + resources + "'"));
        }
        if (answer.status() >= 500 && answer.errors().isEmpty()) {
            return new SubmissionResult.Ambiguous(words);
        }
        return !answer.isFailure()
                ? new SubmissionResult.Ambiguous("slurmrestd returned no job: " + words)
                : new SubmissionResult.Refused(Refusals.of(words));
    }
}
