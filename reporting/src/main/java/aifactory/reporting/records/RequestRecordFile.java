package aifactory.reporting.records;

import aifactory.measurement.RequestRecord;
import aifactory.reporting.RequestRecordSource;
import aifactory.reporting.RunFilesException;
import aifactory.reporting.RunFormat;
import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.node.ObjectNode;

/**
 * The request records of a file of lines, compressed when its name ends in {@code .zst}. What cannot be read is an error that names
 * the file, the line and the cause.
 */
public final class RequestRecordFile implements RequestRecordSource {
    private static final ObjectReader READER = RunFormat.mapper().readerFor(RequestRecord.class);
    /** Members that the records of earlier versions are without; each may be null. */
    private static final List<String> LATER_MEMBERS = List.of("requested_output_tokens", "chunks_together");

    private final Path file;

    public RequestRecordFile(Path file) {
        this.file = file;
    }

    @Override
    public Pass open() throws IOException {
        InputStream bytes;
        try {
            bytes = Files.newInputStream(file);
        } catch (IOException e) {
            throw new RunFilesException("cannot read " + file + ": " + FileProblem.of(e), e);
        }
        boolean compressed = file.getFileName().toString().endsWith(".zst");
        return new LinePass(file, compressed ? new ZstdInputStream(bytes) : bytes);
    }

    private static final class LinePass implements Pass {
        private final Path file;
        private final JsonLines lines;
        private final RecordLineParser parser = new RecordLineParser();

        LinePass(Path file, InputStream stream) {
            this.file = file;
            this.lines = new JsonLines(stream);
        }

        @Override
        public @Nullable RequestRecord next() throws IOException {
            try {
                if (!lines.next()) {
                    return null;
                }
                RequestRecord record = parser.parse(lines.bytes(), lines.start(), lines.length());
                return record == null ? readAnyForm() : record;
            } catch (JacksonException e) {
                String cause = lines.endedWithoutNewline()
                        ? "is cut off in line " + lines.number() + ": copy it again, or take it from the run's service"
                        : "line " + lines.number() + " is not a request record (" + RunFormat.REQUEST_SCHEMA + "): "
                                + FileProblem.firstLine(e.getOriginalMessage());
                throw new RunFilesException(file + " " + cause, e);
            } catch (IOException e) {
                throw new RunFilesException(
                        file + " cannot be read after line " + lines.number() + ": " + FileProblem.of(e)
                                + "; is it cut off, or not what its name says?",
                        e);
            }
        }

        private RequestRecord readAnyForm() {
            JsonNode tree = READER.readTree(lines.bytes(), lines.start(), lines.length());
            if (tree instanceof ObjectNode line) {
                LATER_MEMBERS.stream().filter(name -> !line.has(name)).forEach(line::putNull);
            }
            return READER.readValue(tree);
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }
}
