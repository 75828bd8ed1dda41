package aifactory.service.groups;

import aifactory.protocol.GroupRequest;
import aifactory.protocol.ServerSpecification;
import aifactory.service.redaction.Redaction;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a group was created as, defaults filled in.
 *
 * @param request as the user sent it
 * @param timeLimitMinutes exactly the job's
 * @param aiServers those that run already; none where they are started or those of another group
 * @param server what is started with the group, null for nothing
 * @param serverGroup the group whose servers are used, null for none
 * @param secret that the group's clients show; kept in the private data directory
 */
public record GroupDefinition(
        GroupRequest request,
        int numClients,
        int minClients,
        int timeLimitMinutes,
        int idleTimeoutMinutes,
        List<String> aiServers,
        @Nullable ServerSpecification server,
        @Nullable Long serverGroup,
        String secret) {

    /**
     * Values in the environment of its servers that are named like a key: they are not to be seen in logs and reasons.
     */
    public List<String> secretValues() {
        return server == null
                ? List.of()
                : server.environment().entrySet().stream()
                        .filter(variable -> Redaction.isSecretName(variable.getKey()))
                        .map(Map.Entry::getValue)
                        .toList();
    }
}
