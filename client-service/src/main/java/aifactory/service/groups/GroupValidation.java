package aifactory.service.groups;

import aifactory.protocol.ConnectRequest;
import aifactory.protocol.GroupRequest;
import aifactory.protocol.ServerRequest;
import aifactory.protocol.ServerSpecification;
import aifactory.service.RequestRefusedException;
import aifactory.service.servers.ServerPlanner;
import aifactory.workload.AiServerAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Checks what users ask of a group and fills in the defaults. Stateless. */
final class GroupValidation {
    private static final int MOST_CLIENTS = 10_000;
    private static final int LONGEST_MINUTES = 43_200;
    private static final int DEFAULT_TIME_LIMIT_MINUTES = 5;
    private static final int DEFAULT_IDLE_TIMEOUT_MINUTES = 10;
    private static final int MOST_AI_SERVERS = 1_000;
    private static final int LONGEST_TEXT = 200;
    private static final int MOST_ADDRESSES = 1_000;

    private GroupValidation() {}

    static GroupDefinition definition(
            GroupRequest request, List<URI> defaultAiServers, List<String> allowedAccounts, String secret) {
        if (request.numClients() == null) {
            throw RequestRefusedException.invalid(
                    "num_clients", "num_clients is missing: give the number of client processes");
        }
        ServerSpecification server = server(request);
        int least = server == null ? 1 : 0;
        int clients = within("num_clients", request.numClients(), least, MOST_CLIENTS);
        int minimum = within(
                "min_clients",
                Objects.requireNonNullElse(request.minClients(), clients),
                Math.min(1, clients),
                clients);
        int timeLimit = within(
                "time_limit",
                Objects.requireNonNullElse(request.timeLimit(), DEFAULT_TIME_LIMIT_MINUTES),
                1,
                LONGEST_MINUTES);
        int idle = within(
                "idle_timeout",
                Objects.requireNonNullElse(request.idleTimeout(), DEFAULT_IDLE_TIMEOUT_MINUTES),
                1,
                LONGEST_MINUTES);
        checkText("profile", request.profile());
        checkText("partition", request.partition());
        checkText("qos", request.qos());
        checkText("account", request.account());
        checkAccount(request.account(), allowedAccounts);
        checkText("template", request.template());
        checkText("container", request.container());
        Long sharing = request.server() == null ? null : request.server().group();
        return new GroupDefinition(
                request,
                clients,
                minimum,
                timeLimit,
                idle,
                request.server() == null ? aiServers(request, defaultAiServers) : List.of(),
                server,
                sharing,
                secret);
    }

    /** What is started with the group; null where it measures servers that run already, or those of another group. */
    private static @Nullable ServerSpecification server(GroupRequest request) {
        ServerRequest server = request.server();
        if (server == null) {
            return null;
        }
        if (request.aiServers() != null && !request.aiServers().isEmpty()) {
            throw RequestRefusedException.invalid(
                    "server", "ai_servers names running servers, and server starts others: omit one of them");
        }
        if (server.group() == null) {
            return ServerPlanner.specification(server);
        }
        if (!server.equals(ServerRequest.ofGroup(server.group()))) {
            throw RequestRefusedException.invalid(
                    "server.group",
                    "the servers of group " + server.group()
                            + " cannot be changed here: give no other member with group");
        }
        return null;
    }

    private static void checkAccount(@Nullable String account, List<String> allowed) {
        if (!allowed.isEmpty() && (account == null || !allowed.contains(account))) {
            throw RequestRefusedException.invalid(
                    "account",
                    (account == null ? "account is missing" : "account '" + shorten(account) + "' is not allowed")
                            + ": this service charges " + String.join(", ", allowed));
        }
    }

    private static List<String> aiServers(GroupRequest request, List<URI> defaults) {
        List<String> servers =
                request.aiServers() == null || request.aiServers().isEmpty()
                        ? defaults.stream().map(URI::toString).toList()
                        : request.aiServers();
        if (servers.isEmpty()) {
            throw RequestRefusedException.invalid(
                    "ai_servers", "no AI server: give ai_servers here, or --ai-server to the service");
        }
        if (servers.size() > MOST_AI_SERVERS) {
            throw RequestRefusedException.invalid(
                    "ai_servers", servers.size() + " AI servers: give at most " + MOST_AI_SERVERS);
        }
        // Two names for one server would be two replicas, each with half of its load.
        return servers.stream().map(GroupValidation::aiServer).distinct().toList();
    }

    /** The address in its usual form. */
    private static String aiServer(@Nullable String server) {
        try {
            return AiServerAddress.parse(server == null ? "" : server).toString();
        } catch (IllegalArgumentException e) {
            throw RequestRefusedException.invalid(
                    "ai_servers", String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}", "?"));
        }
    }

    static void checkAddress(@Nullable String address) {
        if (address == null || !isHttp(address)) {
            throw RequestRefusedException.invalid(
                    "client_address", "'" + shorten(address) + "' is not an address: write http://ADDRESS:PORT");
        }
    }

    /** What a client says of itself is shown to people, and its address to Prometheus. */
    static void checkRegistration(ConnectRequest request) {
        checkAddress(request.clientAddress());
        checkText("job_id", request.jobId());
        checkText("node", request.node());
        checkText("instance", request.instance());
        checkText("version", request.version());
        List<String> addresses = request.addresses();
        if (addresses != null) {
            within("addresses", addresses.size(), 0, MOST_ADDRESSES);
            addresses.forEach(each -> checkText("addresses", Objects.requireNonNullElse(each, "")));
        }
    }

    private static boolean isHttp(String text) {
        try {
            URI uri = new URI(text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            return text.length() <= 2 * LONGEST_TEXT && http && uri.getHost() != null && uri.getRawUserInfo() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static int within(String field, int value, int least, int most) {
        if (value < least || value > most) {
            throw RequestRefusedException.invalid(
                    field, field + " is " + value + ": give a number from " + least + " to " + most);
        }
        return value;
    }

    private static void checkText(String field, @Nullable String value) {
        if (value == null) {
            return;
        }
        boolean control = value.chars().anyMatch(Character::isISOControl);
        if (value.isBlank() || value.length() > LONGEST_TEXT || control) {
            throw RequestRefusedException.invalid(
                    field,
                    field + " '" + shorten(value) + "' is empty, longer than " + LONGEST_TEXT
                            + " or has control characters");
        }
    }

    private static String shorten(@Nullable String text) {
        if (text == null) {
            return "null";
        }
        String plain = text.replaceAll("\\p{Cntrl}", "?");
        return plain.length() <= LONGEST_TEXT ? plain : plain.substring(0, LONGEST_TEXT) + "…";
    }
}
