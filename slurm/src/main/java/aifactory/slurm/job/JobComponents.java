package aifactory.slurm.job;

import aifactory.slurm.JobOptions;
import java.util.List;
import java.util.Objects;

/** The options of a job's components: of the first, and of a second one for its servers. */
final class JobComponents {
    private final JobSettings job;

    JobComponents(JobSettings job) {
        this.job = job;
    }

    /** The only component, or that of the clients. */
    JobOptions first() throws InvalidJobException {
        boolean sizes = job.hasSizesOfProfile();
        JobOptions options = new JobOptions(
                JobScriptBuilder.jobName(job.gpuEnabled, job.benchmarkId, job.token),
                JobText.path("log_dir", job.logs.output()),
                JobText.path("log_dir", job.logs.error()),
                JobText.path("directory", job.directory()),
                job.componentOfServers() == null ? job.nodes() : job.numClients,
                1,
                sizes ? job.profile.cpusPerTask() : null,
                sizes ? job.profile.mem() : null,
                job.timeLimit,
                job.profile.partition(),
                job.profile.qos(),
                job.profile.account(),
                sizes ? job.profile.gres() : null,
                sizes ? job.profile.constraint() : null,
                sizes && Boolean.TRUE.equals(job.profile.exclusive()),
                job.profile.reservation(),
                job.profile.nodelist(),
                JobScriptBuilder.signalLead(job.timeLimit),
                // Should an earlier submission of this name have got through after all, this one waits until it is
                // found and cancelled.
                "singleton",
                job.requeue,
                sizes ? job.profile.extraOptions() : List.of());
        return job.conventions.applied(options);
    }

    /** The second component: what concerns the job as a whole is that of the first. */
    JobOptions ofServers(JobOptions first, Profile ofServers) throws InvalidJobException {
        ofServers.validate();
        ServerStep step = Objects.requireNonNull(job.servers, "a component of servers has servers");
        JobOptions options = new JobOptions(
                JobScriptBuilder.nameOfServers(first.name()),
                first.output(),
                first.error(),
                first.workingDirectory(),
                step.nodes(),
                step.processesPerNode(),
                step.cpusPerProcess(ofServers.cpusPerTask()),
                ofServers.mem(),
                first.timeLimit(),
                ofServers.partition(),
                ofServers.qos(),
                ofServers.account(),
                ofServers.gres(),
                ofServers.constraint(),
                Boolean.TRUE.equals(ofServers.exclusive()),
                ofServers.reservation(),
                ofServers.nodelist(),
                first.signalLead(),
                null,
                first.requeue(),
                ofServers.extraOptions());
        return job.conventions.applied(options);
    }
}
