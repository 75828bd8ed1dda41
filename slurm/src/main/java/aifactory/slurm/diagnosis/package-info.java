/** Why a job waits or has failed, in words and with a remedy. */
@NullMarked
package aifactory.slurm.diagnosis;

import org.jspecify.annotations.NullMarked;
