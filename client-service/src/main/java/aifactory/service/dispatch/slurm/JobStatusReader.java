package aifactory.service.dispatch.slurm;

import aifactory.service.dispatch.JobStatus;
import aifactory.service.dispatch.JobStatus.Phase;
import aifactory.slurm.ExitStatus;
import aifactory.slurm.HostList;
import aifactory.slurm.JobComponent;
import aifactory.slurm.JobState;
import aifactory.slurm.diagnosis.ComponentReasons;
import aifactory.slurm.diagnosis.Explanation;
import aifactory.slurm.diagnosis.PendingReasons;
import aifactory.slurm.job.JobScriptBuilder;
import aifactory.slurm.watch.WatchedJob;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Translates Slurm's state of a job into the terms of groups, with a reason for users. Stateless. */
final class JobStatusReader {
    private static final int SIGTERM = 15;
    private static final int TERMINATED = 128 + SIGTERM;

    private JobStatusReader() {}

    static JobStatus read(WatchedJob job, FollowedJob followed) {
        Phase phase = phase(job, followed);
        return new JobStatus(
                phase,
                job.stateWords(),
                reason(job, phase, followed),
                hasStarted(job) ? job.startsAt() : null,
                endsAt(job, followed),
                job.nodes().isEmpty()
                        ? List.of()
                        : HostList.expand(job.nodes()).stream().distinct().toList(),
                followed.lostProcesses(job),
                job.restarts(),
                job.isStale());
    }

    private static Phase phase(WatchedJob job, FollowedJob followed) {
        if (job.outcomeUnknown()) {
            return Phase.FAILED;
        }
        return switch (job.state().phase()) {
            case WAITING -> Phase.PENDING;
            case UNCERTAIN -> Phase.UNCERTAIN;
            case RUNNING -> Phase.RUNNING;
            case ENDING -> Phase.ENDING;
            case ENDED -> outcome(job, followed);
        };
    }

    private static Phase outcome(WatchedJob job, FollowedJob followed) {
        return switch (job.state()) {
            case COMPLETED -> wasToldToEndInTime(job, followed) ? Phase.EXPIRED : Phase.COMPLETED;
            case CANCELLED -> Phase.CANCELLED;
            case TIMEOUT, DEADLINE -> Phase.EXPIRED;
            case FAILED -> endedByTerm(job) && wasToldToEndInTime(job, followed) ? Phase.EXPIRED : Phase.FAILED;
            case BOOT_FAIL,
                    NODE_FAIL,
                    OUT_OF_MEMORY,
                    PREEMPTED,
                    REVOKED,
                    CONFIGURING,
                    COMPLETING,
                    EXPEDITING,
                    PENDING,
                    POWER_UP_NODE,
                    RUNNING,
                    RESV_DEL_HOLD,
                    REQUEUE_FED,
                    REQUEUE_HOLD,
                    REQUEUED,
                    RESIZING,
                    SIGNALING,
                    SPECIAL_EXIT,
                    STAGE_OUT,
                    STOPPED,
                    SUSPENDED,
                    UPDATE_DB,
                    UNKNOWN -> Phase.FAILED;
        };
    }

    /** Whether it ended when the signal before the time limit was due, up to 60 s early. */
    private static boolean wasToldToEndInTime(WatchedJob job, FollowedJob followed) {
        Instant started = job.startsAt();
        Instant ended = job.endsAt();
        return started != null
                && ended != null
                && !ended.isBefore(started.plus(JobScriptBuilder.usableTime(followed.timeLimit())));
    }

    /** Older versions of srun pass on the signal itself, newer ones the exit code that a shell would return. */
    static boolean endedByTerm(WatchedJob job) {
        ExitStatus exit = job.exit();
        return exit != null && (exit.code() == TERMINATED || exit.code() == SIGTERM || exit.signal() == SIGTERM);
    }

    private static boolean hasStarted(WatchedJob job) {
        return job.state().phase() != JobState.Phase.WAITING;
    }

    private static @Nullable Instant endsAt(WatchedJob job, FollowedJob followed) {
        if (job.hasEnded()) {
            return job.endsAt();
        }
        Instant started = hasStarted(job) ? job.startsAt() : null;
        return started == null ? null : started.plus(JobScriptBuilder.usableTime(followed.timeLimit()));
    }

    private static @Nullable String reason(WatchedJob job, Phase phase, FollowedJob followed) {
        String stale = job.staleBecause() == null ? "" : "; nothing newer is known: " + job.staleBecause();
        String words = switch (phase) {
            case PENDING, UNCERTAIN -> waiting(job);
            case RUNNING -> endedComponents(job);
            case ENDING -> null;
            case COMPLETED -> "every client process has ended";
            case EXPIRED -> expired(job, followed);
            case CANCELLED -> "the job was cancelled" + by(job) + ", not by this service";
            case FAILED -> failed(job, followed);
        };
        return words == null ? (stale.isEmpty() ? null : stale.substring(2)) : words + stale;
    }

    /** Slurm's state is added in brackets, for looking it up. */
    private static @Nullable String waiting(WatchedJob job) {
        Optional<ComponentReasons.Waiting> component = ComponentReasons.decisive(job.id(), job.components());
        String reason = component.isPresent() ? component.get().reason() : job.reason();
        if (reason == null || reason.isBlank()) {
            return null;
        }
        Explanation explanation =
                component.isPresent() ? component.get().explanation() : PendingReasons.explain(job.id(), reason);
        String words = switch (explanation.verdict()) {
            case WAITING -> "waits: " + explanation.cause();
            case BLOCKED -> "will never start unchanged: " + explanation.cause() + "; " + explanation.remedy();
            case FINE, FAILED, UNCERTAIN -> explanation.cause() + "; " + explanation.remedy();
        };
        return words
                + component
                        .map(waiting -> " (" + name(waiting.component()) + ")")
                        .orElse("") + " (Slurm: " + reason + ")";
    }

    /** In this system's jobs the first component is that of the clients. */
    private static String name(JobComponent component) {
        return ComponentReasons.name(component) + ", nodes of the " + (component.offset() == 0 ? "clients" : "servers");
    }

    /** The job continues with its other components. */
    private static @Nullable String endedComponents(WatchedJob job) {
        String ended = job.components().stream()
                .filter(component -> component.state().isTerminal())
                .map(component -> name(component) + ": " + component.stateWords())
                .collect(Collectors.joining("; "));
        return ended.isEmpty() ? null : "ended while the job runs: " + ended;
    }

    private static String expired(WatchedJob job, FollowedJob followed) {
        long minutes = followed.timeLimit().toMinutes();
        if (job.state() == JobState.DEADLINE) {
            return "the job's deadline was reached before it could end (Slurm: DEADLINE)";
        }
        Duration early = followed.timeLimit().minus(JobScriptBuilder.usableTime(followed.timeLimit()));
        return "the time limit of " + minutes + " minutes is over"
                + (job.state() == JobState.TIMEOUT || early.isZero()
                        ? ""
                        : ": Slurm signals the clients up to " + early.toSeconds()
                                + " s before it, so that they can deliver their measurements");
    }

    /** {@code CANCELLED by 1000}, where Slurm tells. */
    private static String by(WatchedJob job) {
        int by = job.stateWords().indexOf(" by ");
        return by < 0 ? "" : " by user " + job.stateWords().substring(by + " by ".length());
    }

    private static String failed(WatchedJob job, FollowedJob followed) {
        if (job.outcomeUnknown()) {
            return String.valueOf(job.reason());
        }
        String log = followed.logPaths().isEmpty()
                ? ""
                : "; see " + followed.logPaths().getLast();
        String slurm = " (Slurm: " + job.state() + ")";
        if (job.state() == JobState.PREEMPTED || followed.wasPreempted()) {
            return "the job was preempted by one of higher priority: create the group again, with another qos, or let"
                    + " Slurm requeue jobs (slurm.requeue)" + slurm;
        }
        return switch (job.state()) {
            case NODE_FAIL -> "a node of the job failed, which ended the job" + slurm;
            case OUT_OF_MEMORY ->
                "the clients needed more memory than the job has: choose a profile with more mem" + slurm + log;
            case BOOT_FAIL -> "nodes of the job did not start" + slurm;
            case REVOKED ->
                "the job was taken over by another cluster of the federation: name this cluster in slurm.cluster of the"
                        + " service's configuration file, and create the group again" + slurm;
            default ->
                endedByTerm(job)
                        ? "the clients were ended by a SIGTERM that was not sent by this service" + slurm + log
                        : "the job's script ended with exit code " + exit(job) + slurm + log;
        };
    }

    private static String exit(WatchedJob job) {
        ExitStatus exit = job.exit();
        if (exit == null) {
            return "unknown";
        }
        return exit.signal() == 0 ? Integer.toString(exit.code()) : exit.code() + " by signal " + exit.signal();
    }
}
