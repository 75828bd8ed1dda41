package aifactory.slurm.job;

/** Whose GPUs a container needs the drivers of. */
public enum Gpu {
    NONE,
    NVIDIA,
    AMD
}
