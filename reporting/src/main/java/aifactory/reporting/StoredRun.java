package aifactory.reporting;

import aifactory.protocol.RunSummary;
import java.nio.file.Path;

/**
 * A run as read from its files.
 *
 * @param records a new pass over the file each time it is opened
 */
public record StoredRun(Path directory, RunSummary summary, RequestRecordSource records) {}
