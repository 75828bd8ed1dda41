package aifactory.client.control;

import aifactory.client.connection.GroupService;
import aifactory.node.connection.ServiceAnswer;
import aifactory.protocol.JsonFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What people order at the control port goes to the service, since a run concerns the whole group. Thread-safe; blocks
 * the caller until the service has answered.
 */
public final class ServiceOrders {
    private static final int BAD_GATEWAY = 502;
    private static final int UNAVAILABLE = 503;
    private static final String NOT_REGISTERED =
            "this client process has not registered with the service yet; try again in a moment";

    private final IntSupplier clientsKnown;
    private final Runnable stopHere;
    private volatile @Nullable GroupService service;

    /**
     * @param clientsKnown how many clients the group has as far as this process knows, 0 if it does not
     * @param stopHere ends this process's load alone
     */
    public ServiceOrders(IntSupplier clientsKnown, Runnable stopHere) {
        this.clientsKnown = clientsKnown;
        this.stopHere = stopHere;
    }

    /** From the registration on, orders can be passed on. */
    public void registered(GroupService group) {
        service = group;
    }

    /** Answer of {@code POST /run}; the first two members are those of the earlier system. */
    record RunAnswer(
            String status,
            int numClients,
            @Nullable String runId,
            @Nullable String detail) {}

    /** Answer of {@code POST /stop}. */
    record StopAnswer(String status, @Nullable String detail) {}

    ControlAnswer run(byte[] body) throws InterruptedException {
        GroupService group = service;
        if (group == null) {
            return ControlAnswer.json(
                    UNAVAILABLE, new RunAnswer("error", clientsKnown.getAsInt(), null, NOT_REGISTERED));
        }
        return switch (await(group.run(body))) {
            case ServiceAnswer.Unreachable unreachable ->
                ControlAnswer.json(
                        BAD_GATEWAY, new RunAnswer("error", clientsKnown.getAsInt(), null, unreachable.reason()));
            case ServiceAnswer.Answered answered
            when isSuccess(answered) ->
                ControlAnswer.json(
                        200,
                        new RunAnswer("started", clientsIn(answered.body()), text(answered.body(), "run_id"), null));
            case ServiceAnswer.Answered answered ->
                ControlAnswer.json(
                        answered.status(),
                        new RunAnswer("error", clientsKnown.getAsInt(), null, text(answered.body(), "detail")));
        };
    }

    ControlAnswer stop() throws InterruptedException {
        GroupService group = service;
        if (group == null) {
            return ControlAnswer.json(UNAVAILABLE, new StopAnswer("error", NOT_REGISTERED));
        }
        return switch (await(group.stop())) {
            case ServiceAnswer.Unreachable unreachable -> {
                stopHere.run();
                yield ControlAnswer.json(
                        200,
                        new StopAnswer(
                                "stopped",
                                "only this client's load, since the service is unavailable: " + unreachable.reason()));
            }
            case ServiceAnswer.Answered answered
            when isSuccess(answered) -> ControlAnswer.json(200, new StopAnswer("stopped", null));
            case ServiceAnswer.Answered answered ->
                ControlAnswer.json(answered.status(), new StopAnswer("error", text(answered.body(), "detail")));
        };
    }

    ControlAnswer observer(byte[] body) throws InterruptedException {
        GroupService group = service;
        if (group == null) {
            return ControlAnswer.error(UNAVAILABLE, "Not registered", NOT_REGISTERED);
        }
        return switch (await(group.observer(body))) {
            case ServiceAnswer.Unreachable unreachable ->
                ControlAnswer.error(BAD_GATEWAY, "Service unreachable", unreachable.reason());
            case ServiceAnswer.Answered answered -> ControlAnswer.jsonBytes(answered.status(), answered.body());
        };
    }

    private static ServiceAnswer await(CompletableFuture<ServiceAnswer> answer) throws InterruptedException {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("an exchange failed unexpectedly", e.getCause());
        }
    }

    private static boolean isSuccess(ServiceAnswer.Answered answered) {
        return answered.status() >= 200 && answered.status() < 300;
    }

    private int clientsIn(byte[] body) {
        JsonNode tree = tree(body);
        JsonNode results = tree == null ? null : tree.get("results");
        return results != null && results.isArray() && !results.isEmpty() ? results.size() : clientsKnown.getAsInt();
    }

    private static @Nullable String text(byte[] body, String member) {
        JsonNode tree = tree(body);
        JsonNode value = tree == null ? null : tree.get(member);
        return value != null && value.isString() ? value.asString() : null;
    }

    private static @Nullable JsonNode tree(byte[] body) {
        try {
            return JsonFormat.mapper().readTree(body);
        } catch (JacksonException e) {
            return null;
        }
    }
}
