package aifactory.workload.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.workload.DatasetReference.Format;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parquet as dataset hubs ship it. */
class ParquetFilesTest {
    /** Columns prompt and output_tokens, two rows, compressed with Snappy; written by pyarrow. */
    private static final String PROMPTS = """
            UEFSMRUAFTAVNCwVBBUAFQYVBhwAAAAYXAIAAAAEAQUAAABIZWxsbwUAAABXb3JsZBUAFSwVMCwVBBUAFQYVBhwAAAAWVAIAAAAE
            AQUAAAAAAAAABgAAAAAAAAAVBBk8NQAYBnNjaGVtYRUEABUMJQIYBnByb21wdCUATBwAAAAVBCUCGA1vdXRwdXRfdG9rZW5zABYE
            GRwZLCYAHBUMGSUGABkYBnByb21wdBUCFgQWVhZaJghJHBUAFQAVAgA8FhQZBhkmAAQAAAAmABwVBBklBgAZGA1vdXRwdXRfdG9r
            ZW5zFQIWBBZSFlYmYkkcFQAVABUCADwpBhkmAAQAAAAWqAEWBCYIFrABACggcGFycXVldC1jcHAtYXJyb3cgdmVyc2lvbiAyNi4w
            LjEZLBwAABwAAADbAAAAUEFSMQ==
            """;

    /**
     * Columns id, conversations (a list of from and value) and n, three rows, compressed with Zstandard; written by
     * pyarrow.
     */
    private static final String CONVERSATIONS = """
            UEFSMRUAFSoVPCwVBhUAFQYVBhwAAAAotS/9IBWpAAACAAAABgEBAAAAYQEAAABiAQAAAGMVABVOFWAsFQgVABUGFQYcAAAAKLUv
            /SAnOQEAAgAAAAMCBAAAAAMkAwAFAAAAaHVtYW4DAAAAZ3B0BQAAAGh1bWFuFQAVTBVeLBUIFQAVBhUGHAAAACi1L/0gJjEBAAIA
            AAADAgQAAAADJAMABQAAAEhlbGxvAgAAAEhpBQAAAFdvcmxkFQAVLBU+LBUGFQAVBhUGHAAAACi1L/0gFrEAAAIAAAADBQEAAAAA
            AAAAAwAAAAAAAAAVBBmMNQAYBnNjaGVtYRUGABUMJQIYAmlkJQBMHAAAADUCGA1jb252ZXJzYXRpb25zFQIVBkw8AAAANQQYBGxp
            c3QVAgA1AhgHZWxlbWVudBUEABUMJQIYBGZyb20lAEwcAAAAFQwlAhgFdmFsdWUlAEwcAAAAFQQlAhgBbgAWBhkcGUwmABwVDBkl
            BgAZGAJpZBUMFgYWUBZiJghJHBUAFQAVAgA8FgYZBhkmAAYAAAAmABwVDBklBgAZSA1jb252ZXJzYXRpb25zBGxpc3QHZWxlbWVu
            dARmcm9tFQwWCBZ0FoYBJmpJHBUAFQAVAgA8FhoZJgYCGVYAAgAABgAAACYAHBUMGSUGABlIDWNvbnZlcnNhdGlvbnMEbGlzdAdl
            bGVtZW50BXZhbHVlFQwWCBZyFoQBJvABSRwVABUAFQIAPBYYGSYGAhlWAAIAAAYAAAAmABwVBBklBgAZGAFuFQwWBhZSFmQm9AJJ
            HBUAFQAVAgA8KQYZJgIEAAAAFogDFgYmCBbQAwAoIHBhcnF1ZXQtY3BwLWFycm93IHZlcnNpb24gMjYuMC4xGUwcAAAcAAAcAAAc
            AAAAugEAAFBBUjE=
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    @Test
    void rowsArePrompts() throws Exception {
        Path file = write("prompts.parquet", PROMPTS);

        try (OpenedDataset dataset = OpenedDataset.closedLoop(file)) {
            assertThat(Dataset.detect(file)).isEqualTo(Format.JSONL);
            assertThat(dataset.dataset().size()).isEqualTo(2);
            assertThat(dataset.texts(1, 0)).containsExactly("World");
            assertThat(dataset.texts(0, 0)).containsExactly("Hello");
            assertThat(dataset.body(1, 0).path("max_tokens").intValue()).isEqualTo(6);
        }
    }

    @Test
    void rowsMayContainConversations() throws Exception {
        Path file = write("train-00000-of-00001.parquet", CONVERSATIONS);

        try (OpenedDataset dataset = OpenedDataset.closedLoop(directory, reference -> reference, true)) {
            assertThat(Dataset.detect(file)).isEqualTo(Format.SHAREGPT);
            assertThat(dataset.texts(0, 0)).containsExactly("Hello");
            assertThat(dataset.texts(1, 0)).containsExactly("World");
            assertThat(dataset.content().notes()).singleElement().asString().contains("row 3 (empty)");
        }
    }

    @Test
    void aDamagedFileIsRefused() throws Exception {
        byte[] whole = Base64.getMimeDecoder().decode(PROMPTS);
        Path file = Files.write(directory.resolve("cut.parquet"), Arrays.copyOf(whole, whole.length - 50));

        assertThatThrownBy(() -> OpenedDataset.closedLoop(file))
                .hasMessageContaining("cannot be read: [cut.parquet] Not a Parquet file");
    }

    private Path write(String name, String text) throws Exception {
        return Files.write(directory.resolve(name), Base64.getMimeDecoder().decode(text));
    }
}
