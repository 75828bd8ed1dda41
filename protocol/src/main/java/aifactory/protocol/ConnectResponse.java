package aifactory.protocol;

/**
 * Answer to a registration.
 *
 * @param clientId the client's number in the group, from 0
 * @param pollSeconds how long the service holds a poll for commands at the most
 * @param heartbeatSeconds how often a client has to be heard of
 */
public record ConnectResponse(
        String status, long benchmarkId, String clientAddress, int clientId, int pollSeconds, int heartbeatSeconds) {}
