package aifactory.reporting.comparison;

import aifactory.protocol.RunSummary;
import aifactory.reporting.RequestRecordSource;
import aifactory.reporting.StoredRun;

/** A run that takes part in a comparison, under the name that the user knows it by. */
public record ComparedRun(String name, RunSummary summary, RequestRecordSource records) {
    /** A run from its files, named as its directory. */
    public static ComparedRun of(StoredRun run) {
        return new ComparedRun(run.directory().toString(), run.summary(), run.records());
    }
}
