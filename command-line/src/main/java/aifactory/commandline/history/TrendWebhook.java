package aifactory.commandline.history;

import aifactory.commandline.session.Session;
import aifactory.protocol.JsonFormat;
import aifactory.reporting.trend.Trend;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Posts changes for the worse to a URL that the configuration file allows. Stateless. */
public final class TrendWebhook {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private TrendWebhook() {}

    /**
     * The body that is posted.
     *
     * @param text for people; the member that chat services show
     */
    private record Message(
            String schema, String text, String benchmark, String model, String load, List<MetricChange> changes) {}

    private record MetricChange(String metric, Trend.Change change) {}

    /**
     * Posts; a failure is reported and not thrown, without the URL, which may have a key.
     *
     * @param name of the URL in the configuration file
     */
    public static void send(
            Session session, String name, URI address, HistoryEntry newest, List<Trend> worse, int lastRuns) {
        List<MetricChange> changes = worse.stream()
                .flatMap(trend ->
                        trend.recent(lastRuns).stream().map(change -> new MetricChange(trend.metric(), change)))
                .toList();
        String text = newest.title() + ": "
                + changes.stream()
                        .map(change -> String.format(
                                java.util.Locale.ROOT,
                                "%s %+.1f %% since run %s",
                                change.metric(),
                                change.change().change() * 100,
                                change.change().runId()))
                        .collect(Collectors.joining(", "));
        Message message = new Message(
                "aifactory.trend-change/1", text, newest.benchmark(), newest.model(), newest.load(), changes);
        try (HttpClient client = HttpClient.newBuilder()
                .connectTimeout(TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build()) {
            HttpResponse<Void> response = client.send(
                    HttpRequest.newBuilder(address)
                            .timeout(TIMEOUT)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    JsonFormat.mapper().writeValueAsString(message), StandardCharsets.UTF_8))
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
            if (response.statusCode() / 100 != 2) {
                session.note("aifactory: webhook '" + name + "' answered with status " + response.statusCode());
            }
        } catch (IOException e) {
            session.note("aifactory: webhook '" + name + "' cannot be reached: "
                    + e.getClass().getSimpleName());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            session.note("aifactory: webhook '" + name + "' was interrupted");
        }
    }
}
