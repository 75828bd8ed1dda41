package aifactory.commandline.campaign;

import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.ExitCode;
import aifactory.reporting.RunFormat;
import aifactory.reporting.campaign.CampaignDocument;
import aifactory.reporting.html.CampaignPage;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import tools.jackson.core.JacksonException;

/**
 * The file of a campaign in its directory. It is replaced as a whole, so that a kill at any moment leaves the campaign
 * as it was after a step.
 */
final class CampaignStore {
    static final String DOCUMENT = "campaign.json";
    static final String PAGE = "campaign.html";
    private static final long LARGEST_BYTES = 64 << 20;

    private final Path directory;
    private final String version;
    private CampaignDocument document;

    private CampaignStore(Path directory, String version, CampaignDocument document) {
        this.directory = directory;
        this.version = version;
        this.document = document;
    }

    /**
     * Resumes the campaign of the directory, or starts it.
     *
     * @param initial the state of the campaign
     * @throws CommandFailure with exit code 2 when another campaign is there
     */
    static CampaignStore open(Path directory, String version, CampaignDocument initial) {
        Path file = directory.resolve(DOCUMENT);
        if (!Files.exists(file)) {
            return new CampaignStore(directory, version, initial);
        }
        CampaignDocument stored;
        try {
            if (Files.size(file) > LARGEST_BYTES) {
                throw CommandFailure.wrongInput(
                        file + " is too large to be a campaign's; give another directory with --output DIR");
            }
            stored = RunFormat.mapper().readValue(Files.readAllBytes(file), CampaignDocument.class);
        } catch (IOException | JacksonException e) {
            throw CommandFailure.wrongInput(file + " cannot be read as a campaign ("
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse("")
                    + "); give another directory with --output DIR");
        }
        if (!stored.schema().equals(CampaignDocument.SCHEMA)
                || !stored.fileSha256().equals(initial.fileSha256())) {
            throw CommandFailure.wrongInput(
                    directory + " holds the campaign of another file, or of this one before it was changed: its "
                            + stored.steps().size() + " steps would not fit; give another directory with --output DIR");
        }
        return new CampaignStore(directory, version, stored);
    }

    CampaignDocument document() {
        return document;
    }

    Path directory() {
        return directory;
    }

    /** Keeps the campaign as it is now; when this returns, it is on the disk. */
    void keep(CampaignDocument changed) {
        document = changed;
        write(DOCUMENT, RunFormat.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(changed));
    }

    /** Writes the page that shows it. */
    Path writePage() {
        write(PAGE, CampaignPage.of(document, version).getBytes(StandardCharsets.UTF_8));
        return directory.resolve(PAGE);
    }

    private void write(String name, byte[] bytes) {
        Path file = directory.resolve(name);
        Path next = directory.resolve(name + ".part");
        try {
            Files.write(next, bytes);
            try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.WRONG_INPUT,
                    file + " cannot be written: " + e.getMessage()
                            + "; free disk space, and start the campaign again: it is resumed",
                    e);
        }
    }
}
