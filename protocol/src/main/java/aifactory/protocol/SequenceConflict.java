package aifactory.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Answer 409 to a batch whose number does not follow the last durable one: an {@link ErrorBody} with the number to
 * continue with. The client drops the batches before {@code expectedSequence}, which are durable, and resends from
 * there.
 *
 * @param expectedSequence the number of the first batch that is not durable
 */
public record SequenceConflict(
        String detail, String title, int status, @Nullable String field, String runId, long expectedSequence) {}
