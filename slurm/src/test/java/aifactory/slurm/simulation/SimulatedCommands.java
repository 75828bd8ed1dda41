package aifactory.slurm.simulation;

import aifactory.slurm.command.Command;
import aifactory.slurm.command.CommandOutcome;
import aifactory.slurm.command.CommandOutcome.Exited;
import aifactory.slurm.command.CommandOutcome.TimedOut;
import aifactory.slurm.command.CommandRunner;
import java.time.Duration;

/** Slurm's commands, run against the simulated cluster. */
final class SimulatedCommands implements CommandRunner {
    private static final String CONNECT_FAILURE = "Unable to contact slurm controller (connect failure)";

    private final FakeSlurm slurm;
    private final SimulatedCluster cluster;
    private final SimulatedSbatch sbatch;
    private final SimulatedSqueue squeue;
    private final SimulatedSacct sacct;
    private final SimulatedScontrol scontrol;
    private final SimulatedScancel scancel;
    private final SimulatedSinfo sinfo;
    private final SimulatedSstat sstat;

    SimulatedCommands(FakeSlurm slurm, SimulatedCluster cluster) {
        this.slurm = slurm;
        this.cluster = cluster;
        sbatch = new SimulatedSbatch(slurm, cluster);
        squeue = new SimulatedSqueue(cluster);
        sacct = new SimulatedSacct(slurm, cluster);
        scontrol = new SimulatedScontrol(cluster);
        scancel = new SimulatedScancel(cluster);
        sinfo = new SimulatedSinfo(cluster);
        sstat = new SimulatedSstat(cluster);
    }

    @Override
    public CommandOutcome run(Command command) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before " + command.program());
        }
        Duration sleep = slurm.ask(command.program());
        if (!sleep.isZero()) {
            cluster.clock.advance(sleep);
        }
        CommandOutcome outcome;
        synchronized (cluster) {
            outcome = answer(command);
        }
        cluster.notifications.deliver();
        if (outcome instanceof TimedOut) {
            cluster.clock.advance(command.timeout());
        }
        return outcome;
    }

    private CommandOutcome answer(Command command) {
        SimulatedArguments arguments = new SimulatedArguments(command.arguments());
        boolean local = arguments.has("version") || command.program().equals("sacct");
        if (!local) {
            switch (slurm.mode()) {
                case UP -> {}
                case DOWN -> {
                    return unreachable(command.program(), arguments);
                }
                case SLOW -> {
                    return new TimedOut("", "");
                }
                case GARBAGE -> {
                    return new Exited(0, "*** Welcome to the cluster ***\n", "");
                }
            }
        }
        return switch (command.program()) {
            case "sbatch" -> sbatch.run(command, arguments);
            case "squeue" -> squeue.run(command, arguments);
            case "sacct" -> sacct.run(arguments);
            case "scontrol" -> scontrol.run(arguments);
            case "scancel" -> scancel.run(arguments);
            case "sinfo" -> sinfo.run(arguments);
            case "sstat" -> sstat.run(arguments);
            default -> new CommandOutcome.NotStarted("cannot run " + command.program() + ": No such file or directory");
        };
    }

    private static CommandOutcome unreachable(String program, SimulatedArguments arguments) {
        return switch (program) {
            case "sbatch" -> new Exited(1, "", "sbatch: error: Batch job submission failed: " + CONNECT_FAILURE + "\n");
            case "scancel" ->
                arguments.has("signal")
                        ? new Exited(1, "", "slurm_load_jobs error: " + CONNECT_FAILURE + "\n")
                        : new Exited(
                                8,
                                "",
                                "scancel: error: Kill job error on job id "
                                        + arguments.operands().getFirst() + ": " + CONNECT_FAILURE + "\n");
            case "sinfo" -> new Exited(1, "", "slurm_load_partitions: " + CONNECT_FAILURE + "\n");
            case "sstat" -> new Exited(1, "", "sstat: error: slurm_load_jobs error: " + CONNECT_FAILURE + "\n");
            default -> new Exited(1, "", "slurm_load_jobs error: " + CONNECT_FAILURE + "\n");
        };
    }
}
