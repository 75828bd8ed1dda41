package aifactory.client.progress;

import aifactory.client.waiting.BackoffPolicy;
import aifactory.client.waiting.Ending;
import aifactory.client.waiting.Sleeper;
import aifactory.measurement.MonotonicClock;

/** What every loop of the process needs. */
public record ProcessContext(
        MonotonicClock clock, Sleeper sleeper, BackoffPolicy backoffs, Ending ending, LogContext log) {}
