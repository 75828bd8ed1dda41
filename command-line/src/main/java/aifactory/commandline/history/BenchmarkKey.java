package aifactory.commandline.history;

import aifactory.protocol.RunSummary;
import aifactory.reporting.WorkloadFacts;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * By which runs of the same benchmark are recognised: the workload and the model, without what differs from run to run.
 * Stateless.
 */
final class BenchmarkKey {
    private static final int DIGITS = 16;

    private BenchmarkKey() {}

    /** The same for the same workload, model and number of servers, regardless of the seed and the addresses. */
    static String of(RunSummary.Provenance provenance, WorkloadFacts workload) {
        Map<String, Object> members = new TreeMap<>(provenance.specification());
        members.remove("seed");
        members.put("model", workload.model());
        members.put("servers", provenance.targets().size());
        if (members.get("dataset") instanceof Map<?, ?> dataset && dataset.get("sha256") != null) {
            // The same file under another path.
            members.put("dataset", String.valueOf(dataset.get("sha256")));
        }
        byte[] canonical = JsonMapper.shared().writeValueAsBytes(members);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(canonical);
            return HexFormat.of().formatHex(digest).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
