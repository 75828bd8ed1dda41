/** The gateway by slurmrestd, from v0.0.38 to the newest. */
@NullMarked
package aifactory.slurm.rest;

import org.jspecify.annotations.NullMarked;
