/** Groups as Slurm jobs, on a simulated cluster. */
package aifactory.service.dispatch.slurm;
