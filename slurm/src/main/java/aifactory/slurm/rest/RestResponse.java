package aifactory.slurm.rest;

import java.io.InputStream;

/**
 * An answer of {@code slurmrestd}.
 *
 * @param body to be read once and closed
 */
public record RestResponse(int status, InputStream body) {}
