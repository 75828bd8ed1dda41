package aifactory.simulator;

import java.time.Duration;

/**
 * What an engine does beyond fixed latencies, so that what a client concludes can be compared with the truth.
 *
 * @param limitsKvCache whether the cache has the stated size: a request is admitted only if its prompt fits (in the
 *     order of arrival), and a streamed request whose next token does not fit is preempted: its tokens leave the
 *     cache, it waits first in the queue, and computes prompt and output again before it continues
 * @param exclusivePrefill whether the server processes one prompt at a time and generates no token meanwhile
 * @param gatewayDelay by which every response is late as if a gateway stood before the server; the server's metrics do
 *     not contain it
 * @param dialect whose metrics it reports
 */
public record EngineModel(
        boolean limitsKvCache, boolean exclusivePrefill, Duration gatewayDelay, MetricsDialect dialect) {
    /** Unlimited cache, independent requests, vLLM's metrics. */
    public static final EngineModel UNLIMITED = new EngineModel(false, false, Duration.ZERO, MetricsDialect.VLLM);

    public EngineModel {
        if (gatewayDelay.isNegative() || gatewayDelay.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException(
                    "--gateway-delay " + gatewayDelay.toMillis() + "ms: give a duration from 0 to 60s");
        }
    }
}
