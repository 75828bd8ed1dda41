package aifactory.commandline.load;

import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.NearestName;
import aifactory.commandline.session.Session;
import aifactory.protocol.InvalidWorkloadException;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.WorkloadRequest;
import aifactory.workload.WorkloadSpecification;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes a run's request out of what options and file ask for, and finds what cannot work before anything is started.
 */
public final class LoadRequest {
    private LoadRequest() {}

    /**
     * The load that the options ask for, and what they leave open as the file has it.
     *
     * @throws CommandFailure with exit code 2 names the key, the value and the remedy
     */
    public static WorkloadRequest of(Session session, LoadOptions options, BenchmarkFile file) {
        ObjectNode load = RequestedLoad.of(session, options, file.load());
        WorkloadFiles.check(session, load);
        return request(load);
    }

    /**
     * The load of a campaign's step.
     *
     * @param file that it comes from, for its relative paths
     */
    public static WorkloadRequest of(Session session, Path file, ObjectNode load) {
        WorkloadBlock.resolvePaths(file, load);
        WorkloadFiles.check(session, load);
        return request(load);
    }

    /** The request that a load in the form of a file's {@code workload} is. */
    static WorkloadRequest request(ObjectNode load) {
        try {
            return JsonFormat.mapper().treeToValue(load, WorkloadRequest.class);
        } catch (DatabindException e) {
            throw wrong(load, e);
        } catch (JacksonException e) {
            throw CommandFailure.wrongInput("the workload cannot be read: " + e.getOriginalMessage());
        }
    }

    /**
     * What a group of so many clients would generate.
     *
     * @throws CommandFailure with exit code 2 names everything that cannot work
     */
    public static WorkloadSpecification resolve(WorkloadRequest request, int clients) {
        try {
            return request.toSpecification(clients, null);
        } catch (InvalidWorkloadException e) {
            throw CommandFailure.wrongInput(String.valueOf(e.getMessage()));
        }
    }

    private static CommandFailure unknownKey(UnrecognizedPropertyException unknown) {
        List<String> known = new ArrayList<>();
        if (unknown.getKnownPropertyIds() != null) {
            unknown.getKnownPropertyIds().forEach(id -> known.add(String.valueOf(id)));
        }
        String place = unknown.getPath().stream()
                .map(part -> part.getPropertyName() == null ? "[" + part.getIndex() + "]" : part.getPropertyName())
                .collect(Collectors.joining("."));
        String remedy = NearestName.of(unknown.getPropertyName(), known)
                .map(near -> "did you mean '" + near + "'?")
                .orElse("known are " + String.join(", ", known));
        return CommandFailure.wrongInput("unknown key 'workload." + place + "': " + remedy);
    }

    private static CommandFailure wrong(ObjectNode load, DatabindException e) {
        if (e instanceof UnrecognizedPropertyException unknown) {
            return unknownKey(unknown);
        }
        String key = e.getPath().isEmpty()
                ? ""
                : String.valueOf(e.getPath().getFirst().getPropertyName());
        return CommandFailure.wrongInput("'" + key + "' of the workload cannot be " + load.path(key) + ": "
                + e.getOriginalMessage().lines().findFirst().orElse(""));
    }
}
