package aifactory.workload.content;

import aifactory.workload.ArrivalPattern;
import aifactory.workload.DatasetReference;
import aifactory.workload.GroupShare;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.arrival.ArrivalSchedule;
import aifactory.workload.dataset.Dataset;
import aifactory.workload.dataset.source.DatasetException;
import aifactory.workload.prompt.PromptSource;
import aifactory.workload.prompt.PromptsWithMedia;
import aifactory.workload.prompt.SyntheticPrompts;
import aifactory.workload.prompt.SyntheticTexts;
import aifactory.workload.session.SessionSequence;
import aifactory.workload.token.Tokenizer;
import aifactory.workload.token.TokenizerException;
import aifactory.workload.token.TokenizerFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a workload's requests say and when they are due, with the files that it names opened and checked. Asked by one
 * thread at a time; the tokenizer by any.
 */
public final class WorkloadContent implements AutoCloseable {
    private final WorkloadSpecification specification;
    private final PromptSource prompts;
    private final @Nullable Dataset dataset;
    private final @Nullable Tokenizer tokenizer;

    private WorkloadContent(
            WorkloadSpecification specification,
            PromptSource prompts,
            @Nullable Dataset dataset,
            @Nullable Tokenizer tokenizer) {
        this.specification = specification;
        this.prompts = prompts;
        this.dataset = dataset;
        this.tokenizer = tokenizer;
    }

    /**
     * Opens what the workload names.
     *
     * @param salt makes the run's prompts its own
     * @throws DatasetException for a dataset that cannot be used
     * @throws TokenizerException for a tokenizer that cannot
     */
    public static WorkloadContent open(WorkloadSpecification specification, String salt)
            throws DatasetException, TokenizerException {
        String tokenizerFile = specification.tokenizerFile();
        Tokenizer tokenizer = tokenizerFile == null ? null : TokenizerFile.open(Path.of(tokenizerFile));
        try {
            return open(specification, salt, tokenizer);
        } catch (DatasetException | RuntimeException e) {
            if (tokenizer != null) {
                tokenizer.close();
            }
            throw e;
        }
    }

    /** Synthetic prompts without a tokenizer, even if the workload names files. */
    public static WorkloadContent synthetic(WorkloadSpecification specification, String salt) {
        return new WorkloadContent(
                specification,
                SyntheticPrompts.of(specification, salt, SyntheticTexts.of(specification.seed(), null)),
                null,
                null);
    }

    private static WorkloadContent open(WorkloadSpecification specification, String salt, @Nullable Tokenizer tokenizer)
            throws DatasetException {
        DatasetReference reference = specification.dataset();
        if (reference == null) {
            PromptSource prompts =
                    SyntheticPrompts.of(specification, salt, SyntheticTexts.of(specification.seed(), tokenizer));
            return new WorkloadContent(
                    specification, PromptsWithMedia.of(prompts, specification, salt), null, tokenizer);
        }
        Dataset dataset = Dataset.open(
                specification, reference, salt, () -> SyntheticTexts.of(specification.seed(), tokenizer), tokenizer);
        return new WorkloadContent(specification, dataset.prompts(), dataset, tokenizer);
    }

    public PromptSource prompts() {
        return prompts;
    }

    /** Empty for synthetic prompts. */
    public Optional<Dataset> dataset() {
        return Optional.ofNullable(dataset);
    }

    /** Whether requests carry the responses to earlier ones. */
    public boolean hasTurns() {
        return specification.conversation() != null || (dataset != null && dataset.hasTurns());
    }

    /** Empty where the workload names none. */
    public Optional<Tokenizer> tokenizer() {
        return Optional.ofNullable(tokenizer);
    }

    /** What users should know about the workload, each in a line; nothing that keeps it from working. */
    public List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (dataset == null) {
            LengthNote.of("isl", specification.inputLength()).ifPresent(notes::add);
        }
        LengthNote.of("osl", specification.outputLength()).ifPresent(notes::add);
        if (dataset != null) {
            notes.addAll(dataset.notes(specification.requestCount()));
        }
        return List.copyOf(notes);
    }

    /** A client's sessions in the order in which they are due; each call starts from the beginning. */
    public SessionSequence sessions(GroupShare share) {
        return new SessionSequence(specification, share, prompts, schedule());
    }

    private @Nullable ArrivalSchedule schedule() {
        if (!specification.arrivalPattern().isOpenLoop()) {
            return null;
        }
        if (specification.arrivalPattern() != ArrivalPattern.TRACE) {
            return ArrivalSchedule.of(specification);
        }
        if (dataset == null) {
            throw new IllegalArgumentException("arrival_pattern trace needs a dataset with timestamps");
        }
        return dataset.schedule(specification.duration());
    }

    @Override
    public void close() {
        if (dataset != null) {
            dataset.close();
        }
        if (tokenizer != null) {
            tokenizer.close();
        }
    }
}
