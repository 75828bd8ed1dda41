package aifactory.service.dispatch;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A group that a user plans.
 *
 * @param cpus of each client
 * @param mem of each client, {@code 8G}
 */
public record PlanQuery(
        int numClients,
        int cpus,
        String mem,
        Duration timeLimit,
        @Nullable String partition,
        @Nullable String qos,
        @Nullable String account,
        @Nullable String gres,
        @Nullable String constraint) {}
