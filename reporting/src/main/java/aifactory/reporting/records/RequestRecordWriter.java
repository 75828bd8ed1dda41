package aifactory.reporting.records;

import aifactory.measurement.RequestRecord;
import aifactory.reporting.RunFormat;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SequenceWriter;

/**
 * Writes request records as lines of JSON, schema {@link RunFormat#REQUEST_SCHEMA}.
 *
 * <p>Not thread-safe.
 */
public final class RequestRecordWriter implements AutoCloseable {
    private static final ObjectWriter WRITER =
            RunFormat.mapper().writerFor(RequestRecord.class).withRootValueSeparator("\n");
    private static final int COMPRESSION_LEVEL = 3;

    private final OutputStream stream;
    private final SequenceWriter lines;
    private boolean wroteSome;

    private RequestRecordWriter(OutputStream stream) {
        this.stream = stream;
        this.lines = WRITER.writeValues(new UnclosedStream(stream));
    }

    /** A writer of plain lines; closes the stream. */
    public static RequestRecordWriter plain(OutputStream stream) {
        return new RequestRecordWriter(stream);
    }

    /** A writer of lines compressed by Zstandard, by a thread of the compressor's own; closes the stream. */
    public static RequestRecordWriter compressed(OutputStream stream) throws IOException {
        ZstdOutputStream compressor = new ZstdOutputStream(stream, COMPRESSION_LEVEL);
        compressor.setWorkers(1);
        compressor.setChecksum(true);
        return new RequestRecordWriter(compressor);
    }

    /** Writes one line. */
    public void write(RequestRecord record) {
        lines.write(record);
        wroteSome = true;
    }

    @Override
    public void close() throws IOException {
        try (stream) {
            lines.close();
            if (wroteSome) {
                stream.write("\n".getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    /** Keeps the generator's end from closing the stream, which still wants its last line's end. */
    private static final class UnclosedStream extends OutputStream {
        private final OutputStream stream;

        UnclosedStream(OutputStream stream) {
            this.stream = stream;
        }

        @Override
        public void write(int b) throws IOException {
            stream.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            stream.write(bytes, offset, length);
        }
    }
}
