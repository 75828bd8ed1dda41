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
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * The request records of a file of lines, compressed when its name ends in {@code .zst}. What cannot be read is an
 * error that names the file, the line and the cause.
 */
public final class RequestRecordFile implements RequestRecordSource {
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
                return record == null ? RunFormat.readRecord(lines.bytes(), lines.start(), lines.length()) : record;
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

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }
}
