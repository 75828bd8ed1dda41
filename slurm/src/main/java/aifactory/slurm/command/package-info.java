/** The gateway by Slurm's commands: what is run, with which environment, and how its text is read. */
@NullMarked
package aifactory.slurm.command;

import org.jspecify.annotations.NullMarked;
