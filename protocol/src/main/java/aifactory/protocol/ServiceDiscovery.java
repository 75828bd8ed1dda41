package aifactory.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The content of a service's discovery file.
 *
 * @param url under which the service is reached from this machine
 * @param tokenFile absolute; null without authentication
 * @param processId of the service
 * @param certificateSha256 of the service's certificate, null without TLS
 */
public record ServiceDiscovery(
        String url,
        @Nullable String tokenFile,
        long processId,
        @Nullable String certificateSha256) {}
