package aifactory.service.http;

import aifactory.protocol.WorkloadRequest;
import aifactory.service.Journal;
import aifactory.service.RequestRefusedException;
import org.jspecify.annotations.Nullable;

/**
 * What the holder of a group's secret may not name. Each file that a workload names is read by the group's clients
 * under the user's account and sent to an AI server, so that a secret that leaked would open every file of the user; a
 * command runs under that account, and a proxy or a variable would get the key of the user. Stateless.
 */
final class GroupSecretScope {
    private GroupSecretScope() {}

    /**
     * Refuses a workload that names files, unless a token of the service was shown.
     *
     * @throws RequestRefusedException 403 with the member
     */
    static void check(WorkloadRequest workload) {
        if (!Journal.ACTOR.isBound() || !Journal.ACTOR.get().name().equals(AccessControl.GROUP_SECRET)) {
            return;
        }
        refuse("dataset", workload.dataset());
        refuse("api_key_file", workload.apiKeyFile());
        refuse("tokenizer_file", workload.tokenizerFile());
        refuse("tls", workload.tls());
        refuseAccess("api_key_command", workload.apiKeyCommand());
        refuseAccess("api_key_env", workload.apiKeyEnv());
        refuseAccess("proxy", workload.proxy());
    }

    private static void refuseAccess(String field, @Nullable Object value) {
        if (value != null) {
            throw RequestRefusedException.forbidden(
                    field,
                    field
                            + " uses the account or the environment of the user, which a group's secret does not"
                            + " open: start the run with the service's token");
        }
    }

    private static void refuse(String field, @Nullable Object value) {
        if (value != null) {
            throw RequestRefusedException.forbidden(
                    field,
                    field
                            + " is a file of the user, which a group's secret does not give access to: start the run"
                            + " with the service's token");
        }
    }
}
