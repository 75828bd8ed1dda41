/** What every gateway does, by whatever way and on whatever cluster. */
package aifactory.slurm.contract;
