package aifactory.slurm.simulation;

import aifactory.slurm.rest.RestRequest;
import aifactory.slurm.rest.RestResponse;
import aifactory.slurm.rest.RestTransport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URLDecoder;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The cluster's {@code slurmrestd}: versions, status codes and bodies as those of 22.05 and 26.05 were seen to be, the
 * odd ones included. Tokens are those that the simulated {@code scontrol token} makes, and expire.
 */
public final class SimulatedRest implements RestTransport {
    private static final Pattern PATH = Pattern.compile("/(slurm|slurmdb)/v0\\.0\\.([0-9]+)(/[^?]*)(?:\\?(.*))?");
    static final JsonMapper MAPPER = JsonMapper.shared();

    private final FakeSlurm slurm;
    private final SimulatedCluster cluster;
    private final SimulatedRestController controller;
    private final SimulatedRestDatabase database;
    private boolean down;

    SimulatedRest(FakeSlurm slurm, SimulatedCluster cluster) {
        this.slurm = slurm;
        this.cluster = cluster;
        controller = new SimulatedRestController(slurm, cluster);
        database = new SimulatedRestDatabase(cluster);
    }

    /** Whether slurmrestd itself does not run. */
    public void down(boolean isDown) {
        synchronized (cluster) {
            down = isDown;
        }
    }

    @Override
    public RestResponse exchange(RestRequest request) throws IOException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before " + request);
        }
        slurm.ask("rest");
        Answer answer;
        boolean isSlow;
        synchronized (cluster) {
            if (down) {
                throw new ConnectException("Connection refused");
            }
            isSlow = slurm.mode() == ControllerMode.SLOW;
            answer = isSlow ? Answer.text(504, "") : answer(request);
        }
        cluster.notifications.deliver();
        if (isSlow) {
            cluster.clock.advance(request.timeout());
            throw new HttpTimeoutException("request timed out");
        }
        return new RestResponse(answer.status, new ByteArrayInputStream(answer.body.getBytes(StandardCharsets.UTF_8)));
    }

    /** What goes back. */
    record Answer(int status, String body) {
        static Answer text(int status, String body) {
            return new Answer(status, body);
        }
    }

    private Answer answer(RestRequest request) throws IOException {
        if (request.token().isEmpty()) {
            return Answer.text(401, "Authentication failure");
        }
        Matcher path = PATH.matcher(request.path());
        int version = path.matches() ? Integer.parseInt(path.group(2)) : 0;
        if (!path.matches() || !serves(version)) {
            return Answer.text(404, "Unable to find requested URL. Please view /openapi/v3 for API reference.");
        }
        boolean isDatabase = path.group(1).equals("slurmdb");
        Optional<Answer> refusal = isDatabase ? databaseRefusal(request) : controllerRefusal(request, path.group(3));
        if (refusal.isPresent()) {
            return refusal.get();
        }
        String query = path.group(4) == null ? "" : path.group(4);
        return isDatabase
                ? database.answer(isOld(), path.group(3), query)
                : controller.answer(version, request, path.group(3), query);
    }

    private boolean serves(int version) {
        if (isOld()) {
            return version >= 36 && version <= 38;
        }
        return cluster.configuration.release() < 2505 ? version >= 40 && version <= 42 : version >= 42 && version <= 45;
    }

    private boolean isOld() {
        return cluster.configuration.release() < 2302;
    }

    private boolean isGoodToken(RestRequest request) {
        return SimulatedToken.isGood(request.token(), request.user(), cluster.clock.now());
    }

    private Optional<Answer> databaseRefusal(RestRequest request) {
        if (!cluster.configuration.accounting()) {
            return Optional.of(Answer.text(404, "Unable to find requested URL."));
        }
        if (slurm.isAccountingDown()) {
            return Optional.of(error(isOld() ? 200 : 502, 7000, "Unable to connect to database", "slurmdbd"));
        }
        if (!isGoodToken(request)) {
            return Optional.of(
                    isOld()
                            ? error(200, 1007, "Protocol authentication error", "")
                            : error(502, 7000, "Unable to connect to database", "Failed to open slurmdbd connection"));
        }
        return Optional.empty();
    }

    private Optional<Answer> controllerRefusal(RestRequest request, String path) {
        boolean isPing = path.startsWith("/ping");
        return switch (slurm.mode()) {
            case GARBAGE -> Optional.of(Answer.text(200, "*** Welcome to the cluster ***\n"));
            case DOWN -> withoutController(request, isPing);
            case UP, SLOW ->
                isGoodToken(request) || (isPing && !isOld()) ? Optional.empty() : Optional.of(notThisToken());
        };
    }

    private Answer notThisToken() {
        return isOld()
                ? error(500, -1, "Unspecified error", "slurmctld config is unable to load")
                : error(511, 1007, "Protocol authentication error", "Unable to query jobs");
    }

    private Optional<Answer> withoutController(RestRequest request, boolean isPing) {
        String words = "Unable to contact slurm controller (connect failure)";
        if (isOld()) {
            return Optional.of(
                    request.method().equals("GET")
                            ? error(500, -1, "Unspecified error", "Failed while looking for jobs")
                            : error(500, 1800, words, ""));
        }
        if (request.method().equals("DELETE")) {
            return Optional.of(error(403, 1, "Operation not permitted", "Signal request failed"));
        }
        return isPing ? Optional.empty() : Optional.of(error(502, 1800, words, "Unable to query jobs"));
    }

    Answer error(int status, int number, String words, String description) {
        return answer(status, withError(meta(cluster), number, words, description));
    }

    static ObjectNode withError(ObjectNode body, int number, String words, String description) {
        ArrayNode errors = body.has("errors") ? (ArrayNode) body.path("errors") : body.putArray("errors");
        errors.addObject()
                .put("description", description)
                .put("error_number", number)
                .put("error", words)
                .put("source", "simulation");
        return body;
    }

    static Answer answer(int status, ObjectNode body) {
        return new Answer(status, MAPPER.writeValueAsString(body));
    }

    /** What every answer begins with. */
    static ObjectNode meta(SimulatedCluster cluster) {
        ObjectNode body = MAPPER.createObjectNode();
        String key = cluster.configuration.release() < 2302 ? "Slurm" : "slurm";
        ObjectNode slurm = body.putObject("meta").putObject(key).put("release", cluster.configuration.version());
        if (cluster.configuration.release() >= 2311) {
            slurm.put("cluster", "simulated");
        }
        body.putArray("errors");
        return body;
    }

    /** A number as the dialect writes it. */
    static void number(boolean old, ObjectNode object, String name, long value) {
        if (old) {
            object.put(name, value);
        } else {
            object.putObject(name).put("set", true).put("infinite", false).put("number", value);
        }
    }

    /** A word as the dialect writes it. */
    static void word(boolean old, ObjectNode object, String name, String value) {
        if (old) {
            object.put(name, value);
        } else {
            object.putArray(name).add(value.toUpperCase(Locale.ROOT));
        }
    }

    /** An exit code as the dialect writes it; the accounting database of 22.05 writes an object too. */
    static void exit(boolean asStatusWord, ObjectNode object, int code, int signal) {
        if (asStatusWord) {
            object.put("exit_code", code << 8 | signal);
            return;
        }
        ObjectNode exit = object.putObject("exit_code");
        exit.putArray("status").add(code == 0 && signal == 0 ? "SUCCESS" : "ERROR");
        number(false, exit, "return_code", code);
        ObjectNode id = exit.putObject("signal").putObject("id");
        id.put("set", signal != 0).put("infinite", false).put("number", signal);
    }

    /** Values of a parameter, repeated or with commas. */
    static List<String> values(String query, String name) {
        List<String> values = new ArrayList<>();
        for (String part : query.split("&", -1)) {
            if (part.startsWith(name + "=")) {
                String value = URLDecoder.decode(part.substring(name.length() + 1), StandardCharsets.UTF_8);
                values.addAll(List.of(value.split(",", -1)));
            }
        }
        return values;
    }

    @Override
    public String toString() {
        return "the simulated slurmrestd";
    }
}
