package aifactory.protocol;

import java.util.List;

/**
 * Answer of {@code GET /jobs}.
 *
 * @param dispatcher what started the jobs
 * @param clientServiceAddress that clients are told
 * @param nativeCommands by which the same is seen without the service
 */
public record JobList(
        String dispatcher, String clientServiceAddress, List<JobView> jobs, List<String> nativeCommands) {}
