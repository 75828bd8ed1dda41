package aifactory.service.dispatch;

import java.time.Instant;

/**
 * A job as the service has recorded it. The other side may have given its id to another job meanwhile, so that every
 * question and every cancellation compares what else is known of it.
 *
 * @param benchmarkId of its group
 * @param token of its group, which no other job was ever named after
 * @param gpu whether its group asked for GPUs
 * @param since before it can have been submitted
 */
public record RecordedJob(String jobId, long benchmarkId, String token, boolean gpu, Instant since) {}
