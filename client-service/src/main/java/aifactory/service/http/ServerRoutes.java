package aifactory.service.http;

import aifactory.protocol.PowerReport;
import aifactory.protocol.ServerArguments;
import aifactory.protocol.ServerReport;
import aifactory.service.RequestRefusedException;
import aifactory.service.ServiceLimits;
import aifactory.service.access.RouteAccess;
import aifactory.service.coordination.ServerCoordinator;
import aifactory.service.persistence.StorageException;
import io.javalin.http.Context;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The servers of a group: what their processes tell, and what users want of them. */
final class ServerRoutes implements ApiServer.Routes {
    private static final String GROUP = "/api/v1/client-group/{id}";
    private static final int MOST_PROCESSES = 200_000;
    private static final int MOST_WORDS = 1_000;
    private static final int LONGEST_NAME = 255;
    private static final double LONGEST_SECONDS = 1e9;
    private static final double LARGEST_JOULES = 1e15;
    private static final int LONGEST_PROBLEM = 1_000;

    private final ServerCoordinator servers;
    private final ServiceLimits limits;

    ServerRoutes(ServerCoordinator servers, ServiceLimits limits) {
        this.servers = servers;
        this.limits = limits;
    }

    @Override
    public void addTo(ApiServer.Registry registry) {
        registry.post(GROUP + "/servers/{server}", RouteAccess.GROUP, this::report);
        registry.post(GROUP + "/server", this::change);
    }

    private void report(Context context) {
        int number = (int) RequestReader.numberOr("server", context.pathParam("server"), 0, 0, MOST_PROCESSES);
        ServerReport report = RequestReader.body(context, ServerReport.class, limits.maximumRequestBytes());
        check(report);
        ApiServer.json(context, 200, servers.report(RequestReader.benchmarkId(context), number, report));
    }

    private static void check(ServerReport report) {
        if (report.instance() == null || report.state() == null || report.host() == null || report.command() == null) {
            throw RequestRefusedException.invalid(
                    "instance", "a report needs instance, generation, state, host and command");
        }
        requireText("instance", report.instance(), LONGEST_NAME);
        requireText("job_id", report.jobId(), LONGEST_NAME);
        requireText("node", report.node(), LONGEST_NAME);
        requireText("host", report.host(), LONGEST_NAME);
        if (report.address() != null && !isServerAddress(report.address())) {
            throw RequestRefusedException.invalid(
                    "address",
                    "address is not http://HOST:PORT of a server: '" + RequestReader.shorten(report.address()) + "'");
        }
        if (report.command().size() > MOST_WORDS || report.command().stream().anyMatch(Objects::isNull)) {
            throw RequestRefusedException.invalid(
                    "command", "command is not a list of at most " + MOST_WORDS + " words");
        }
        if (report.readyAfterS() != null && !(report.readyAfterS() >= 0 && report.readyAfterS() <= LONGEST_SECONDS)) {
            throw RequestRefusedException.invalid("ready_after_s", "ready_after_s is not a number of seconds from 0");
        }
        if (report.power() != null) {
            check(report.power());
        }
        if (report.failure() != null
                && (report.failure().cause() == null
                        || report.failure().message() == null
                        || report.failure().lastLines() == null
                        || report.failure().lastLines().stream().anyMatch(Objects::isNull))) {
            throw RequestRefusedException.invalid("failure", "a failure needs cause, message and last_lines");
        }
    }

    private static void check(PowerReport power) {
        if (power.devices().size() > PowerReport.MAXIMUM_DEVICES
                || power.problems().size() > PowerReport.MAXIMUM_PROBLEMS) {
            throw RequestRefusedException.invalid(
                    "power",
                    "power has more than " + PowerReport.MAXIMUM_DEVICES + " devices or " + PowerReport.MAXIMUM_PROBLEMS
                            + " problems");
        }
        for (PowerReport.Device device : power.devices()) {
            if (device.id() == null || device.kind() == null || device.name() == null || device.source() == null) {
                throw RequestRefusedException.invalid("power", "a device of power needs id, kind, name and source");
            }
            requireText("power.id", device.id(), LONGEST_NAME);
            requireText("power.name", device.name(), LONGEST_NAME);
            requireText("power.source", device.source(), LONGEST_NAME);
            if (!isAmount(device.energyJ(), LARGEST_JOULES)
                    || !isAmount(device.coveredS(), LONGEST_SECONDS)
                    || !isAmount(device.ageS(), LONGEST_SECONDS)) {
                throw RequestRefusedException.invalid(
                        "power", "energy_j, covered_s and age_s of a device are not numbers from 0");
            }
        }
        power.problems().forEach(problem -> requireText("power.problems", problem, LONGEST_PROBLEM));
    }

    private static boolean isAmount(double value, double most) {
        return value >= 0 && value <= most;
    }

    private static void requireText(String field, @Nullable String text, int longest) {
        if (text != null
                && (text.isBlank() || text.length() > longest || text.chars().anyMatch(Character::isISOControl))) {
            throw RequestRefusedException.invalid(
                    field,
                    field + " '" + RequestReader.shorten(text) + "' is empty, longer than " + longest
                            + " or has control characters");
        }
    }

    /** A scheme, a host and a port, and nothing that a request could be led elsewhere by. */
    private static boolean isServerAddress(String text) {
        try {
            URI address = new URI(text);
            boolean bare = (address.getRawPath() == null || address.getRawPath().isEmpty())
                    && address.getRawQuery() == null
                    && address.getRawFragment() == null
                    && address.getRawUserInfo() == null;
            return text.length() <= 2 * LONGEST_NAME
                    && "http".equals(address.getScheme())
                    && address.getHost() != null
                    && address.getPort() > 0
                    && bare;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private void change(Context context) throws StorageException, InterruptedException {
        long id = RequestReader.benchmarkId(context);
        ServerArguments asked = RequestReader.body(context, ServerArguments.class, limits.maximumRequestBytes());
        boolean restarts = servers.change(id, Objects.requireNonNullElse(asked.arguments(), Map.of()));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("status", restarts ? "restarting" : "unchanged");
        answer.put("benchmark_id", id);
        ApiServer.json(context, 200, answer);
    }
}
