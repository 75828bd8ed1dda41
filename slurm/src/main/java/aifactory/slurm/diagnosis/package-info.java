/** Explains why a job waits or has failed, with a remedy. */
@NullMarked
package aifactory.slurm.diagnosis;

import org.jspecify.annotations.NullMarked;
