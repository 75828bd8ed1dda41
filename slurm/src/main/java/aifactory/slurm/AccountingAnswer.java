package aifactory.slurm;

import java.util.List;

/** What the accounting database says, if there is one. */
public sealed interface AccountingAnswer {
    /** One observation for each job that it knows, the newest where a job has several rows. */
    record Known(List<JobObservation> jobs) implements AccountingAnswer {
        public Known {
            jobs = List.copyOf(jobs);
        }
    }

    /** This cluster keeps no accounts, and will not while it is configured as it is. */
    record Absent(String words) implements AccountingAnswer {}
}
