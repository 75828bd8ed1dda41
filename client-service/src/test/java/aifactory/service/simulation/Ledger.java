package aifactory.service.simulation;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the clients of a simulation measured and which of it the service acknowledged. Belongs to the simulation's
 * thread.
 */
final class Ledger {
    private final Map<Part, TreeMap<Long, Integer>> measured = new HashMap<>();
    private final Map<Part, Long> acknowledged = new HashMap<>();

    /** A client's part of a run. */
    record Part(String runId, int clientId) {}

    void measured(String runId, int clientId, long sequence, int requests) {
        measured.computeIfAbsent(new Part(runId, clientId), part -> new TreeMap<>())
                .put(sequence, requests);
    }

    void acknowledged(String runId, int clientId, long sequence) {
        acknowledged.merge(new Part(runId, clientId), sequence, Math::max);
    }

    /** Requests in a client's batches up to a number. */
    long requestsUpTo(String runId, int clientId, long sequence) {
        return measured
                .getOrDefault(new Part(runId, clientId), new TreeMap<>())
                .headMap(sequence, true)
                .values()
                .stream()
                .mapToLong(Integer::longValue)
                .sum();
    }

    /** By part, the highest number that was acknowledged. */
    Map<Part, Long> acknowledged() {
        return Map.copyOf(acknowledged);
    }

    long acknowledgedBatches() {
        return acknowledged.values().stream().mapToLong(last -> last + 1).sum();
    }
}
