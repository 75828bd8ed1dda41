package aifactory.reporting.findings;

import aifactory.measurement.RequestObservations;
import aifactory.protocol.Finding;
import aifactory.protocol.RunResult;
import aifactory.reporting.RunFacts;
import java.util.ArrayList;
import java.util.List;

/** All findings of a run, those about the measurement first. Stateless. */
public final class RunFindings {
    private RunFindings() {}

    /**
     * The result with its findings.
     *
     * @param result of the run, with what its servers reported
     */
    public static RunResult addTo(RunResult result, RunFacts facts) {
        RequestObservations observations = facts.aggregate().observations();
        long sendingEnd = SampleFindings.sendingEndNanos(facts, observations);
        long start = facts.specification().warmup().toNanos();
        List<Finding> findings = new ArrayList<>();
        findings.addAll(new SampleFindings(result.summary()).find(start, sendingEnd));
        findings.addAll(new SteadinessFindings(facts.specification(), observations).find(sendingEnd));
        findings.addAll(new ArrivalFindings(facts.specification(), observations).find());
        findings.addAll(new ResponseFindings(result.summary(), facts.aggregate()).find());
        findings.addAll(new ServerFindings(facts, result).find());
        return result.withFindings(findings);
    }
}
