package aifactory.inference.sizing;

/**
 * How a model is split.
 *
 * @param tensorParallel GPUs that split each layer
 * @param pipelineParallel groups of those that split the layers among them
 */
public record Layout(int tensorParallel, int pipelineParallel) {
    public Layout {
        if (tensorParallel < 1 || pipelineParallel < 1 || (long) tensorParallel * pipelineParallel > 65_536) {
            throw new SizingException("tensor_parallel " + tensorParallel + " and pipeline parallel " + pipelineParallel
                    + ": give numbers from 1 whose product is at most 65,536 GPUs");
        }
    }

    /** GPUs in all. */
    public int gpus() {
        return tensorParallel * pipelineParallel;
    }

    /** Nodes with so many GPUs each that have as many. */
    public int nodes(int gpusPerNode) {
        return Math.ceilDiv(gpus(), gpusPerNode);
    }
}
