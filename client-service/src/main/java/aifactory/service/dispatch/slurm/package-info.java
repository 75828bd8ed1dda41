/** Starting and ending the client processes of a group as one Slurm job. */
@NullMarked
package aifactory.service.dispatch.slurm;

import org.jspecify.annotations.NullMarked;
