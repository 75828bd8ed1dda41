package aifactory.workload.dataset;

import tools.jackson.databind.JsonNode;

/** A line of Mooncake's trace: {@code {"timestamp": 27482, "input_length": 6955, "output_length": 52, "hash_ids": [46, 47]}}. */
final class MooncakeParser implements EntryParser<TracedEntry> {
    @Override
    public TracedEntry parse(JsonNode node) throws EntryProblemException {
        if (!node.isObject()) {
            throw new EntryProblemException("is not a JSON object with timestamp, input_length and output_length");
        }
        int input = Members.requireTokens(node, "input_length");
        int output = Members.requireTokens(node, "output_length");
        return new TracedEntry(Members.timestampNanos(node), input, output, hashIds(node.path("hash_ids"), input));
    }

    private static long[] hashIds(JsonNode node, int inputTokens) throws EntryProblemException {
        if (node.isMissingNode() || node.isNull()) {
            return new long[0];
        }
        if (!node.isArray()) {
            throw new EntryProblemException("hash_ids is not a list of numbers");
        }
        long[] ids = new long[node.size()];
        for (int i = 0; i < ids.length; i++) {
            if (!node.get(i).isIntegralNumber() || !node.get(i).canConvertToLong()) {
                throw new EntryProblemException("hash_ids has " + Members.shown(node.get(i)) + ", which is no id");
            }
            ids[i] = node.get(i).asLong();
        }
        int blocks = Math.ceilDiv(inputTokens, TracedEntry.BLOCK_TOKENS);
        if (ids.length != 0 && ids.length != blocks) {
            throw new EntryProblemException(ids.length + " hash_ids for an input_length of " + inputTokens
                    + ", which has " + blocks + " blocks of " + TracedEntry.BLOCK_TOKENS + " tokens");
        }
        return ids;
    }
}
