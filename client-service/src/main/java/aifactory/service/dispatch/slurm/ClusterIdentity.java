package aifactory.service.dispatch.slurm;

import aifactory.slurm.SlurmGateway;
import aifactory.slurm.SlurmUnavailableException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Name and Slurm version of the cluster, asked once, for the provenance of results. Thread-safe. */
final class ClusterIdentity {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterIdentity.class);

    private final SlurmGateway gateway;
    private final AtomicBoolean asked = new AtomicBoolean();
    private volatile @Nullable String name;
    private volatile @Nullable String version;

    ClusterIdentity(SlurmGateway gateway) {
        this.gateway = gateway;
    }

    /**
     * Queries Slurm if that was not done yet; blocks for at most two exchanges. Values that Slurm does not report stay
     * unknown.
     */
    void learn() throws InterruptedException {
        if (!asked.compareAndSet(false, true)) {
            return;
        }
        try {
            version = gateway.version().toString();
            name = gateway.clusterName();
        } catch (SlurmUnavailableException e) {
            asked.set(false);
            LOG.info("name and version of the cluster are not known yet: {}", e.getMessage());
        }
    }

    @Nullable
    String name() {
        return name;
    }

    @Nullable
    String version() {
        return version;
    }
}
