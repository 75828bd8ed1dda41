package aifactory.service.dispatch;

import aifactory.protocol.GroupRequest;

/** Requests for groups. */
public final class Requests {
    private Requests() {}

    /** One that leaves everything to the service. */
    public static GroupRequest plain() {
        return of(null, null, null, null, null, null, null);
    }

    /** One that asks something of the cluster. */
    public static GroupRequest of(
            String profile,
            String partition,
            String qos,
            String account,
            String container,
            Boolean gpu,
            String template) {
        return new GroupRequest(
                null, null, profile, partition, qos, account, container, gpu, null, null, null, template, null);
    }
}
