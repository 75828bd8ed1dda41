package aifactory.slurm.command;

import aifactory.slurm.NodeGroup;
import aifactory.slurm.SlurmUnavailableException;
import java.util.ArrayList;
import java.util.List;

/** Reads what {@link SlurmCommands#nodes()} prints. */
final class NodeOutput {
    private NodeOutput() {}

    static List<NodeGroup> parse(String output) throws SlurmUnavailableException {
        List<NodeGroup> groups = new ArrayList<>();
        for (String line : output.lines().toList()) {
            List<String> fields = SlurmText.fields(line, SlurmCommands.FIELD);
            if (fields.size() != SlurmCommands.NODE_FIELDS.size()) {
                throw Garbage.of("sinfo", line, SlurmCommands.NODE_FIELDS.size() + " fields");
            }
            groups.add(group(fields));
        }
        return groups;
    }

    private static NodeGroup group(List<String> fields) {
        String partition = fields.get(0);
        boolean isDefault = partition.endsWith("*");
        return new NodeGroup(
                isDefault ? partition.substring(0, partition.length() - 1) : partition,
                isDefault,
                fields.get(1),
                SlurmText.duration(fields.get(2)),
                maximumNodes(fields.get(3)),
                state(fields.get(4)),
                (int) SlurmText.number(fields.get(5), 0),
                (int) SlurmText.number(fields.get(6), 0),
                idleCpus(fields.get(7)),
                SlurmText.number(fields.get(8), 0),
                withoutNull(fields.get(9)),
                fields.get(10).isEmpty() || fields.get(10).equals("(null)")
                        ? List.of()
                        : SlurmText.fields(fields.get(10), ','),
                fields.get(11));
    }

    /** {@code 1-infinite}, {@code 1-4}, or a lone number when both are the same. */
    private static int maximumNodes(String size) {
        String maximum = size.substring(size.indexOf('-') + 1);
        return (int) SlurmText.number(maximum, Integer.MAX_VALUE);
    }

    /** Allocated, idle, other and total, separated by slashes. */
    private static int idleCpus(String counts) {
        List<String> parts = SlurmText.fields(counts, '/');
        return parts.size() == 4 ? (int) SlurmText.number(parts.get(1), 0) : 0;
    }

    /** Slurm marks nodes that do not answer, are powered down and so on by a character after the state. */
    private static String state(String word) {
        int end = word.length();
        while (end > 0 && !Character.isLetter(word.charAt(end - 1))) {
            end--;
        }
        return word.substring(0, end);
    }

    private static String withoutNull(String text) {
        return text.equals("(null)") ? "" : text;
    }
}
