package aifactory.workload.dataset;

import tools.jackson.databind.JsonNode;

/** Reads one entry of a dataset. Stateless. */
interface EntryParser<E extends DatasetEntry> {
    /**
     * The entry.
     *
     * @throws EntryProblemException says what is wrong with it
     */
    E parse(JsonNode node) throws EntryProblemException;
}
