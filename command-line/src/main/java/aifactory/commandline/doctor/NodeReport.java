package aifactory.commandline.doctor;

import java.util.List;

/**
 * What was found on one machine.
 *
 * @param node its name
 */
public record NodeReport(String node, List<NodeCheck> checks) {
    public NodeReport {
        checks = List.copyOf(checks);
    }

    public boolean passed() {
        return checks.stream().allMatch(NodeCheck::passed);
    }
}
