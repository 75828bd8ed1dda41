package aifactory.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which of several models a request asks for, drawn by weight. A function of the seed and of the request's session
 * alone, so that all turns of a session ask for the same model, and a request's index determines its model. Immutable.
 */
public final class ModelMix {
    private final List<String> names = new ArrayList<>();
    private final List<Double> upTo = new ArrayList<>();
    private final long seed;

    private ModelMix(WorkloadSpecification specification) {
        this.seed = specification.seed();
        double sum = 0;
        for (var model : specification.payload().models().entrySet()) {
            sum += model.getValue();
            names.add(model.getKey());
            upTo.add(sum);
        }
    }

    /** Empty for a workload of one model. */
    public static Optional<ModelMix> of(WorkloadSpecification specification) {
        return specification.payload().models().isEmpty() ? Optional.empty() : Optional.of(new ModelMix(specification));
    }

    /** In the order in which they were given. */
    public List<String> names() {
        return List.copyOf(names);
    }

    /**
     * The model of a request, by its place among the names.
     *
     * @param firstIndex of the first request of its session, over the whole group; that of the request itself where it
     *     stands alone
     */
    public int of(long firstIndex) {
        double drawn = SeededHash.unit(SeededHash.bits(seed, SeededHash.Purpose.MODEL, firstIndex)) * upTo.getLast();
        int model = 0;
        while (model < upTo.size() - 1 && drawn >= upTo.get(model)) {
            model++;
        }
        return model;
    }
}
