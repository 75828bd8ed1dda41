package aifactory.slurm.rest;

import java.io.IOException;

/** Carries one request to {@code slurmrestd} and its answer back. Thread-safe. */
@FunctionalInterface
public interface RestTransport {
    /** @throws IOException when there is no answer; the request may have arrived nevertheless */
    RestResponse exchange(RestRequest request) throws IOException, InterruptedException;
}
