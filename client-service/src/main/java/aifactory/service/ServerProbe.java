package aifactory.service;

import aifactory.protocol.WorkloadRequest;
import java.util.List;
import java.util.Map;

/** Asks AI servers what they are, for the provenance of a result. Thread-safe. */
@FunctionalInterface
public interface ServerProbe {
    /**
     * What the servers report of themselves by name; empty when they do not answer.
     *
     * @param targets addresses of the servers; may be empty
     * @param request with the key and the TLS settings to use
     */
    Map<String, Object> ask(List<String> targets, WorkloadRequest request) throws InterruptedException;
}
