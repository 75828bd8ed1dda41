package aifactory.service.operations;

import aifactory.protocol.LogFinding;
import aifactory.protocol.LogView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Recognises lines of logs that indicate a problem, and gives the remedy. */
final class LogFindings {
    private static final int MOST = 20;
    private static final int SHOWN_CHARACTERS = 400;

    private record Rule(Pattern pattern, String meaning) {
        static Rule of(String pattern, String meaning) {
            return new Rule(Pattern.compile(pattern, Pattern.CASE_INSENSITIVE), meaning);
        }
    }

    /** The first that fits a line counts: put the particular before the general. */
    private static final List<Rule> RULES = List.of(
            Rule.of(
                    "UnknownHost|UnresolvedAddress|Name or service not known|Could not resolve host|Temporary"
                            + " failure in name resolution",
                    "a host name does not resolve on a node: use an address that resolves on the nodes"
                            + " (CLIENT_SERVICE_HOST, --ai-server)"),
            Rule.of(
                    "No route to host|Network is unreachable",
                    "a node has no route to that address: advertise the service under an address of the nodes'"
                            + " network"),
            Rule.of(
                    "Connection refused",
                    "no process listens at the address of the client's connection: check the address, and that the"
                            + " service listens not only on 127.0.0.1 (serve --host)"),
            Rule.of(
                    "connect timed out|Connection timed out|ConnectTimeout|did not connect within",
                    "packets are lost: a firewall blocks the port; aifactory doctor --from-node shows which"),
            Rule.of(
                    "\\b401\\b|Unauthorized|token is not valid",
                    "the service refused the client's secret: was the group deleted and created again?"),
            Rule.of(
                    "\\b409\\b.*(has ended|all its)",
                    "the group had ended, or had all its clients, when this process registered"),
            Rule.of(
                    "No such file or directory|command not found|Permission denied|cannot execute|execve",
                    "a node cannot run or open a file: is it on a file system of the nodes?"),
            Rule.of(
                    "error while loading shared libraries|UnsatisfiedLinkError",
                    "the program is not compatible with the nodes' system: use the container, or another build"),
            Rule.of(
                    "oom.kill|Out Of Memory|OutOfMemoryError|Cannot allocate memory",
                    "a process ran out of memory: raise mem of the profile"),
            Rule.of("DUE TO TIME LIMIT", "Slurm ended the job at its time limit: raise --time-limit, or run shorter"),
            Rule.of("DUE TO PREEMPTION", "a job of higher priority took the nodes"),
            Rule.of("DUE TO NODE FAILURE|NODE_FAIL", "a node failed: see sinfo -R"),
            Rule.of("CANCELLED AT", "the job or a step of it was cancelled"),
            Rule.of("Too many open files", "the limit of open files is reached: raise ulimit -n, or use more clients"),
            Rule.of("No space left on device|Disk quota exceeded", "a disk or a quota is full"),
            Rule.of("UnsupportedClassVersionError|JAVA_HOME", "the Java on the node is older than 25, or missing"),
            Rule.of(
                    "500 Internal Server Error|\\b50[0234]\\b.*(error|unavailable|gateway)",
                    "the AI server answered with an error: see its log"),
            Rule.of(
                    "\\bERROR\\b|\\bFATAL\\b|srun: error|slurmstepd: error|Exception\\b",
                    "an error; read the lines around it"));

    private LogFindings() {}

    /** By file and meaning, the most informative first. */
    static List<LogFinding> of(List<LogView> logs) {
        Map<String, LogFinding> findings = new LinkedHashMap<>();
        for (Rule rule : RULES) {
            for (LogView log : logs) {
                for (String line : log.lines()) {
                    if (rule.equals(ruleOf(line))) {
                        findings.merge(
                                log.path() + "\n" + rule.meaning,
                                new LogFinding(log.path(), 1, shortened(line), rule.meaning),
                                (before, now) ->
                                        new LogFinding(now.path(), before.count() + 1, now.line(), now.meaning()));
                    }
                }
            }
        }
        List<LogFinding> all = new ArrayList<>(findings.values());
        return List.copyOf(all.subList(0, Math.min(MOST, all.size())));
    }

    private static @Nullable Rule ruleOf(String line) {
        for (Rule rule : RULES) {
            if (rule.pattern.matcher(line).find()) {
                return rule;
            }
        }
        return null;
    }

    private static String shortened(String line) {
        return line.length() <= SHOWN_CHARACTERS ? line : line.substring(0, SHOWN_CHARACTERS) + "…";
    }
}
