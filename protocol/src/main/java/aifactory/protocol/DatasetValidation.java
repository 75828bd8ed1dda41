package aifactory.protocol;

import aifactory.workload.ArrivalPattern;
import aifactory.workload.DatasetReference;
import aifactory.workload.TraceWindow;
import aifactory.workload.WorkloadProblem;
import aifactory.workload.WorkloadSpecification;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Finds problems of the dataset of a workload that do not need the file. Stateless. */
final class DatasetValidation {
    private final WorkloadSpecification specification;
    private final DatasetReference dataset;
    private final List<WorkloadProblem> problems;

    private DatasetValidation(
            WorkloadSpecification specification, DatasetReference dataset, List<WorkloadProblem> problems) {
        this.specification = specification;
        this.dataset = dataset;
        this.problems = problems;
    }

    static void addProblems(WorkloadSpecification specification, List<WorkloadProblem> problems) {
        if (specification.dataset() != null) {
            DatasetValidation validation = new DatasetValidation(specification, specification.dataset(), problems);
            validation.checkFormat();
            validation.checkTrace();
        }
    }

    @SuppressWarnings("ConstantValue") // A request may leave the format out.
    private void checkFormat() {
        if (dataset.format() == null) {
            String names = Arrays.stream(DatasetReference.Format.values())
                    .map(format -> format.name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", "));
            add("no format: give one of " + names);
        }
        if (dataset.column() != null && dataset.format() != DatasetReference.Format.JSONL) {
            add("column '" + dataset.column() + "' belongs to tables of prompts, which are format jsonl");
        }
    }

    private void checkTrace() {
        if (dataset.selectsOfTrace() && specification.arrivalPattern() != ArrivalPattern.TRACE) {
            add("speedup, window, scale and repeat change the times of a trace: add arrival_pattern trace"
                    + " (--fixed-schedule), or leave them out");
        }
        if (Boolean.TRUE.equals(dataset.repeat())
                && specification.duration() == null
                && specification.requestCount() == null) {
            add("repeat needs an end: give a duration or a request_count");
        }
        if (dataset.window() != null) {
            try {
                TraceWindow.parse(dataset.window());
            } catch (IllegalArgumentException e) {
                add("window " + e.getMessage());
            }
        }
    }

    private void add(String message) {
        problems.add(new WorkloadProblem("dataset", message));
    }
}
