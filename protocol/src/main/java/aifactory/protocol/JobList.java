package aifactory.protocol;

import java.util.List;

/**
 * Answer of {@code GET /jobs}.
 *
 * @param dispatcher what started the jobs
 * @param clientServiceAddress the address of the service that is given to clients
 * @param nativeCommands by which the same is seen without the service
 */
public record JobList(
        String dispatcher, String clientServiceAddress, List<JobView> jobs, List<String> nativeCommands) {}
