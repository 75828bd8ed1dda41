/** What a job really used, and what would have been enough. */
@NullMarked
package aifactory.slurm.usage;

import org.jspecify.annotations.NullMarked;
