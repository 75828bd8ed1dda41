package aifactory.service.groups;

import aifactory.protocol.GroupRequest;
import java.util.List;

/**
 * What a group was created as, defaults filled in.
 *
 * @param request as the user sent it
 * @param timeLimitMinutes exactly the job's
 * @param secret that the group's clients show; kept in the private data directory
 */
public record GroupDefinition(
        GroupRequest request,
        int numClients,
        int minClients,
        int timeLimitMinutes,
        int idleTimeoutMinutes,
        List<String> aiServers,
        String secret) {}
