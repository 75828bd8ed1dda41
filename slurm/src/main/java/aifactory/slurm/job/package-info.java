/** Job scripts and options: profiles, launch commands, templates of sites, quoting. */
@NullMarked
package aifactory.slurm.job;

import org.jspecify.annotations.NullMarked;
