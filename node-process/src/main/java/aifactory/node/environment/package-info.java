/** What the job provides to the process: Slurm's variables, the group's secret. */
@NullMarked
package aifactory.node.environment;

import org.jspecify.annotations.NullMarked;
