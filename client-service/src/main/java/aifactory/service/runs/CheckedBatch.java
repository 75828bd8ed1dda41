package aifactory.service.runs;

import aifactory.measurement.IntervalMeasurement;
import aifactory.protocol.BatchMessage;
import org.jspecify.annotations.Nullable;

/**
 * A batch that was understood completely, made by {@link BatchValidation}.
 *
 * @param interval the decoded measurements of the message's interval; null where it has none
 * @param body as it is stored: gzip of the JSON, or the binary form
 */
public record CheckedBatch(BatchMessage message, @Nullable IntervalMeasurement interval, byte[] body) {}
