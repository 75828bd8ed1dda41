package aifactory.commandline.aiserver;

import aifactory.access.AiServerException;
import aifactory.access.AiServerProbe;
import aifactory.access.ServedModel;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.failure.NearestName;
import aifactory.commandline.session.Session;
import aifactory.workload.Endpoint;
import aifactory.workload.WorkloadSpecification;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Asks AI servers for their models before anything is started, so that a wrong address, name or key costs a second and
 * not an allocation.
 */
public final class AiServerCheck {
    private static final AiServerProbe.Patience PATIENCE = new AiServerProbe.Patience(
            Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(30), Duration.ofMinutes(2));
    private static final Duration RESPONSE_AFTER_LOAD = Duration.ofSeconds(5);
    private static final Duration PAUSE_AFTER_LOAD = Duration.ofSeconds(1);
    private static final int NAMED_MODELS = 5;

    private final Session session;
    private final AiServerProbe.Patience patience;

    public AiServerCheck(Session session) {
        this(session, PATIENCE);
    }

    AiServerCheck(Session session, AiServerProbe.Patience patience) {
        this.session = session;
        this.patience = patience;
    }

    /**
     * Makes sure that every server answers like an OpenAI API, accepts the key, and has a model for every load.
     *
     * @param loads at least one; key and trust are those of the first
     * @throws CommandFailure with exit code 4 when a server cannot be reached or is not ready, 2 when it is not what is
     *      required
     */
    public void check(List<URI> servers, List<WorkloadSpecification> loads) {
        if (servers.isEmpty()) {
            return;
        }
        WorkloadSpecification first = loads.getFirst();
        AtomicBoolean isTold = new AtomicBoolean();
        AiServerProbe.Pause pause = time -> {
            if (!isTold.getAndSet(true)) {
                session.note("aifactory: an AI server is busy or loads its model; waiting for it for up to "
                        + patience.loading().toSeconds() + " s");
            }
            if (session.interruption().await(time)) {
                throw new InterruptedException();
            }
        };
        try (AiServerProbe probe = AiServerProbe.of(first, patience, pause)) {
            for (URI server : servers) {
                CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
                Thread.ofVirtual().start(() -> {
                    try {
                        check(probe, server, loads);
                        done.complete(null);
                    } catch (RuntimeException | AiServerException | InterruptedException e) {
                        done.completeExceptionally(e);
                    }
                });
                await(done);
            }
        } catch (IllegalArgumentException e) {
            throw CommandFailure.wrongInput(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            throw CommandFailure.interrupted();
        }
    }

    /**
     * Waits until every server answers, after a load that may have ended it.
     *
     * @return why one of them is not usable, as text; null if all are
     */
    public static @Nullable String awaitAvailable(
            Session session, List<URI> servers, WorkloadSpecification load, Duration longest) {
        AiServerCheck check = new AiServerCheck(session, AiServerProbe.Patience.once(RESPONSE_AFTER_LOAD));
        long startNanos = session.clock().nanoTime();
        while (true) {
            try {
                check.check(servers, List.of(load));
                return null;
            } catch (CommandFailure e) {
                if (e.exitCode() != ExitCode.UNAVAILABLE) {
                    throw e;
                }
                if (session.clock().nanoTime() - startNanos >= longest.toNanos()) {
                    return e.getMessage();
                }
            }
            session.interruption().pause(PAUSE_AFTER_LOAD);
        }
    }

    private void await(CompletableFuture<@Nullable Void> done) {
        session.interruption().awaitDone(done);
        try {
            done.join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case AiServerException failure -> throw failure(failure);
                case InterruptedException _ -> throw CommandFailure.interrupted();
                case RuntimeException failure -> throw failure;
                case null, default -> throw e;
            }
        }
    }

    private static CommandFailure failure(AiServerException failure) {
        String message = String.valueOf(failure.getMessage());
        return switch (failure.kind()) {
            case UNREACHABLE, NOT_READY -> CommandFailure.unavailable(message);
            case WRONG -> CommandFailure.wrongInput(message);
        };
    }

    private void check(AiServerProbe probe, URI server, List<WorkloadSpecification> loads)
            throws AiServerException, InterruptedException {
        WorkloadSpecification first = loads.getFirst();
        String named = first.model() == null ? "" : first.model();
        if (loads.stream().noneMatch(WorkloadSpecification::needsModel)) {
            probe.checkPath(server, first.requestPath(named));
            return;
        }
        List<ServedModel> models;
        try {
            models = probe.models(server);
        } catch (AiServerException e) {
            boolean areNamed = loads.stream().allMatch(load -> load.model() != null || !load.needsModel());
            if (!e.lacksModels() || !areNamed) {
                throw e;
            }
            probe.checkPath(server, first.requestPath(named));
            session.note("aifactory: AI server " + server
                    + " has no list of models (GET /v1/models), so that the name of" + " the model is not checked");
            return;
        }
        for (WorkloadSpecification load : loads) {
            if (load.needsModel()) {
                checkLength(server, served(server, models, load.model()), load);
            }
            for (String name : load.payload().models().keySet()) {
                served(server, models, name);
            }
        }
        probe.checkKey(
                server, first.requestPath(named.isEmpty() ? models.getFirst().id() : named));
    }

    private static ServedModel served(URI server, List<ServedModel> models, @Nullable String wanted) {
        if (wanted == null) {
            return models.getFirst();
        }
        return models.stream()
                .filter(model -> model.id().equals(wanted))
                .findFirst()
                .orElseThrow(() -> {
                    List<String> names = models.stream().map(ServedModel::id).toList();
                    return CommandFailure.wrongInput("model '" + wanted + "' is not at " + server + ": "
                            + NearestName.of(wanted, names)
                                    .map(near -> "did you mean '" + near + "'? ")
                                    .orElse("")
                            + "it has " + named(names));
                });
    }

    /** Only for prompts that are made to a length; those of a dataset have their own. */
    private static void checkLength(URI server, ServedModel model, WorkloadSpecification load) {
        Long most = model.maxModelLength();
        if (most == null || load.dataset() != null || load.endpoint() == Endpoint.TEMPLATE) {
            return;
        }
        double output = load.endpoint().generates() ? load.outputLength().mean() : 0;
        double asked = load.inputLength().mean() + output;
        if (asked > most) {
            throw CommandFailure.wrongInput("the requests do not fit the model '" + model.id() + "' at " + server + ": "
                    + Math.round(load.inputLength().mean()) + " input (isl)"
                    + (output == 0 ? "" : " and " + Math.round(output) + " output tokens (osl)") + " are more than its "
                    + most + " (max_model_len); lower --isl or --osl, or start the server with a longer context");
        }
    }

    private static String named(List<String> models) {
        String first = String.join(", ", models.subList(0, Math.min(NAMED_MODELS, models.size())));
        return models.size() <= NAMED_MODELS ? first : first + " and " + (models.size() - NAMED_MODELS) + " more";
    }
}
