package aifactory.workload.dataset.entry;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** Reads the entries of one record of a file. Stateless. */
public interface EntryParser {
    /**
     * The entries of a record. Most formats have one entry per record, exported spans have several.
     *
     * @throws EntryProblemException describes the problem of the record
     */
    List<Entry> parse(JsonNode record) throws EntryProblemException;
}
