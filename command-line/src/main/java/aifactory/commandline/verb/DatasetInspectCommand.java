package aifactory.commandline.verb;

import aifactory.commandline.dataset.DatasetOptions;
import aifactory.commandline.dataset.DatasetPage;
import aifactory.commandline.dataset.DatasetText;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.session.Session;
import aifactory.workload.dataset.DatasetContents;
import aifactory.workload.dataset.DatasetSummary;
import aifactory.workload.token.TokenizerException;
import aifactory.workload.token.TokenizerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code aifactory dataset inspect}. */
@Command(
        name = "inspect",
        description = {
            "Print what a dataset contains: entries, arrivals over time, lengths, sessions, shared prefixes, and the",
            "entries that cannot be sent."
        })
public final class DatasetInspectCommand extends Verb implements Callable<Integer> {
    @Mixin
    private DatasetOptions dataset = new DatasetOptions();

    @Option(
            names = "--tokenizer",
            paramLabel = "FILE",
            description = "tokenizer.json, or its directory, that counts the tokens of texts; default: characters / 4")
    private @Nullable String tokenizer;

    @Option(names = "--html", paramLabel = "FILE", description = "also write the result as a page with a chart")
    private @Nullable String html;

    @Mixin
    private OutputFormat format = new OutputFormat();

    private final Session session;

    public DatasetInspectCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        DatasetSummary summary = summary();
        if (html != null) {
            Path file = session.resolve(html);
            try {
                Files.writeString(file, DatasetPage.of(summary));
            } catch (IOException e) {
                throw CommandFailure.wrongInput("cannot write " + file + ": " + e.getMessage());
            }
        }
        if (format.isJson()) {
            OutputFormat.printJson(session, summary);
        } else {
            session.out().print(DatasetText.of(summary));
        }
        return 0;
    }

    private DatasetSummary summary() {
        try (DatasetContents contents = dataset.open(session)) {
            if (tokenizer == null) {
                return contents.summary(null);
            }
            Path file = session.resolve(tokenizer);
            Path json = Files.isDirectory(file) ? file.resolve("tokenizer.json") : file;
            try (TokenizerFile counting = TokenizerFile.open(json)) {
                return contents.summary(counting);
            }
        } catch (TokenizerException e) {
            throw CommandFailure.wrongInput(String.valueOf(e.getMessage()));
        }
    }
}
