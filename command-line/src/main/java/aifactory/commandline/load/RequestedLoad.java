package aifactory.commandline.load;

import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.session.Session;
import aifactory.protocol.JsonFormat;
import aifactory.workload.DurationText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts the options of a load over what a file says of it, in the form of the {@code workload} of a benchmark file, which is
 * also that of a run's request.
 */
final class RequestedLoad {
    private final Session session;
    private final ObjectNode load;

    private RequestedLoad(Session session, ObjectNode load) {
        this.session = session;
        this.load = load;
    }

    /** What the file says, and over it what the options say. The file's mapping is left as it is. */
    static ObjectNode of(Session session, LoadOptions options, ObjectNode file) {
        RequestedLoad requested = new RequestedLoad(session, file.deepCopy());
        requested.put(options);
        return requested.load;
    }

    private void put(LoadOptions options) {
        putIfGiven("model", options.model);
        putIfGiven("endpoint", options.endpoint);
        putIfGiven("streaming", options.streaming);
        putIfGiven("request_rate", options.requestRate);
        putIfGiven("arrival_pattern", options.arrivalPattern);
        putIfGiven("burstiness", options.burstiness);
        putIfGiven("concurrency", options.concurrency);
        putIfGiven("request_count", options.requestCount);
        putIfGiven("duration", options.duration);
        putIfGiven("warmup", options.warmup);
        putIfGiven("ignore_eos", options.ignoreEos);
        putIfGiven("seed", options.seed);
        putIfGiven("timeout", options.timeout);
        putIfGiven("per_client", options.perClient);
        putIfGiven("burst_size", options.burstSize);
        putIfGiven("cooldown", options.cooldown);
        putIfGiven("think_time", options.thinkTime);
        putIfGiven("cancel_share", options.cancelShare);
        putIfGiven("failure_backoff", options.failureBackoff);
        putIfGiven("max_errors", options.maxErrors);
        putIfGiven("max_error_rate", options.maxErrorRate);
        putRampUp(options);
        if (options.steps != null) {
            StepsText.put(options.steps, load.putArray("steps"));
        }
        RequestedLengths.put(options.prompts, load);
        RequestedPrompts.put(options.prompts, load);
        if (options.goodput != null) {
            putGoodput(options.goodput);
        }
        if (options.headers != null) {
            options.headers.forEach(this::putHeader);
        }
        if (options.extraBody != null) {
            putExtraBody(options.extraBody);
        }
        if (options.apiKeyFile != null) {
            load.put(
                    "api_key_file",
                    readable(options.apiKeyFile, "--api-key-file").toString());
        }
        putTlsFile("ca_file", options.tlsCaFile, "--tls-ca-file");
        putTlsFile("client_certificate", options.tlsClientCertificate, "--tls-client-certificate");
        putTlsFile("client_key", options.tlsClientKey, "--tls-client-key");
        if (options.tlsInsecure != null) {
            load.withObject("tls").put("insecure", options.tlsInsecure);
        }
    }

    private void putTlsFile(String member, @Nullable String text, String option) {
        if (text != null) {
            load.withObject("tls").put(member, readable(text, option).toString());
        }
    }

    private void putIfGiven(String key, @Nullable Object value) {
        putIfGiven(load, key, value);
    }

    private static void putIfGiven(ObjectNode node, String key, @Nullable Object value) {
        switch (value) {
            case null -> {}
            case Enum<?> constant -> node.put(key, constant.name().toLowerCase(Locale.ROOT));
            case Duration duration -> node.put(key, DurationText.format(duration));
            default -> node.set(key, JsonFormat.mapper().valueToTree(value));
        }
    }

    private void putRampUp(LoadOptions options) {
        if (options.rampUp == null
                && options.rampUpStrategy == null
                && options.rampUpStart == null
                && options.rampUpEnd == null) {
            return;
        }
        JsonNode before = load.path("ramp_up");
        ObjectNode rampUp = load.withObject("/ramp_up", JsonNode.OverwriteMode.ALL, false);
        if (before.isString()) {
            rampUp.set("duration", before);
        }
        putIfGiven(rampUp, "duration", options.rampUp);
        putIfGiven(rampUp, "strategy", options.rampUpStrategy);
        putIfGiven(rampUp, "start_request_rate", options.rampUpStart);
        putIfGiven(rampUp, "end_request_rate", options.rampUpEnd);
    }

    private void putGoodput(List<String> texts) {
        ObjectNode goodput = load.putObject("goodput");
        for (String limit : String.join(" ", texts).strip().split("[\\s,]+")) {
            String[] parts = limit.split(":", -1);
            try {
                goodput.put(parts[0], Double.parseDouble(parts[parts.length - 1]));
            } catch (NumberFormatException e) {
                throw malformedGoodput(limit);
            }
            if (parts.length != 2 || !(goodput.path(parts[0]).asDouble() > 0)) {
                throw malformedGoodput(limit);
            }
        }
    }

    private static CommandFailure malformedGoodput(String limit) {
        return CommandFailure.wrongInput("--goodput: '" + limit
                + "' is not a limit: give a metric and milliseconds, for instance 'ttft:200 tpot:50'");
    }

    private void putHeader(String text) {
        int colon = text.indexOf(':');
        if (colon < 1) {
            throw CommandFailure.wrongInput("--header: '" + text + "' is not a header: write 'NAME: VALUE'");
        }
        String name = text.substring(0, colon).strip();
        if (name.equalsIgnoreCase("Authorization")) {
            throw CommandFailure.wrongInput("--header: Authorization would show the key to everybody who can list"
                    + " processes; put the key into a file and pass --api-key-file FILE");
        }
        load.withObject("headers").put(name, text.substring(colon + 1).strip());
    }

    private void putExtraBody(String text) {
        JsonNode body;
        try {
            body = JsonFormat.mapper().readTree(text);
        } catch (JacksonException e) {
            throw CommandFailure.wrongInput("--extra-body: '" + text + "' is not JSON: " + e.getOriginalMessage());
        }
        if (!body.isObject()) {
            throw CommandFailure.wrongInput("--extra-body: '" + text + "' is not a JSON object: write {\"top_k\": 5}");
        }
        ObjectNode all = load.withObject("extra_body");
        for (Map.Entry<String, JsonNode> member : body.properties()) {
            all.set(member.getKey(), member.getValue());
        }
    }

    private Path readable(String text, String option) {
        Path path = session.resolve(text);
        if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
            throw CommandFailure.wrongInput(option + ": " + path + " is not a file that can be read");
        }
        return path;
    }
}
