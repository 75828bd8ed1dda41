package aifactory.inference.sizing;

/**
 * The GPUs of a node and what of their memory a server may take.
 *
 * @param bytesPerGpu memory of one GPU
 * @param fraction share of it that the server takes, above 0 and at most 1: vLLM's gpu_memory_utilization
 * @param gpusPerNode GPUs of one node
 * @param overheadBytesPerGpu of that share what is neither weights nor cache: activations, buffers of the collectives,
 *      graphs
 */
public record GpuMemory(long bytesPerGpu, double fraction, int gpusPerNode, long overheadBytesPerGpu) {
    /** An assumption, which each engine measures at its start: see docs/server-sizing.md. */
    public static final long USUAL_OVERHEAD_BYTES = 2L << 30;

    public GpuMemory {
        if (bytesPerGpu <= 0 || bytesPerGpu > 1L << 50) {
            throw new SizingException("a GPU with " + bytesPerGpu + " bytes: give its memory, as 80 GiB");
        }
        if (!(fraction > 0 && fraction <= 1)) {
            throw new SizingException(
                    "gpu_memory_fraction is " + fraction + ": give a share above 0 and at most 1, as 0.9");
        }
        if (gpusPerNode < 1 || gpusPerNode > 1024) {
            throw new SizingException(gpusPerNode + " GPUs in a node: give the number that a node has, 1 to 1024");
        }
        if (overheadBytesPerGpu < 0 || overheadBytesPerGpu >= bytesPerGpu * fraction) {
            throw new SizingException("gpu_memory_fraction " + fraction + " of " + Units.gib(bytesPerGpu)
                    + " leaves nothing after an overhead of " + Units.gib(overheadBytesPerGpu)
                    + ": raise the fraction or take larger GPUs");
        }
    }

    /** With the usual overhead. */
    public static GpuMemory of(long bytesPerGpu, double fraction, int gpusPerNode) {
        return new GpuMemory(bytesPerGpu, fraction, gpusPerNode, USUAL_OVERHEAD_BYTES);
    }

    /** What a server takes of one GPU, in bytes. */
    public long usableBytes() {
        return (long) (bytesPerGpu * fraction);
    }
}
