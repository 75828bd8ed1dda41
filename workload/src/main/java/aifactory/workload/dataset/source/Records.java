package aifactory.workload.dataset.source;

import java.io.IOException;
import tools.jackson.databind.JsonNode;

/** The records of one file, read once from beginning to end. */
interface Records {
    /**
     * Reads all records.
     *
     * @throws DatasetException for a file that cannot be read further
     */
    void read(Consumer consumer) throws IOException, DatasetException;

    /** Receives the records in the order of the file. */
    interface Consumer {
        /**
         * A record.
         *
         * @param offset of its bytes in the file, which is decompressed
         * @param length of them
         * @param number from 1
         */
        void record(JsonNode record, long offset, int length, long number) throws DatasetException, IOException;

        /** A record that cannot be read, and what is wrong with it. */
        void broken(long number, String problem) throws DatasetException;
    }

    /** Reads a record again from its bytes. Stateless. */
    interface Decoder {
        JsonNode decode(byte[] bytes) throws IOException;
    }
}
