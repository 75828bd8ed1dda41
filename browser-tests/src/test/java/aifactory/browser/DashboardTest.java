package aifactory.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import aifactory.commandline.composition.OwnService;
import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.option.DispatcherKind;
import aifactory.commandline.session.Interruption;
import aifactory.commandline.session.Session;
import aifactory.simulator.SimulatorOptions;
import aifactory.simulator.server.InferenceSimulator;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A user's way through the dashboard, in this order: a group, a load, its result, a comparison. Screenshots stay in
 * {@code target}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init") // set before all tests
final class DashboardTest {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final LocatorAssertions.IsVisibleOptions PATIENTLY =
            new LocatorAssertions.IsVisibleOptions().setTimeout(180_000);

    private InferenceSimulator simulator;
    private OwnService service;
    private DashboardBrowser browser;
    private Page page;
    private String token;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        Files.createDirectories(SCREENSHOTS);
        simulator = InferenceSimulator.start(SimulatorOptions.defaults());
        Session session = Session.ofThisProcess(new Interruption());
        service = OwnService.start(session, Configuration.of(session), DispatcherKind.LOCAL, directory);
        token = Files.readString(directory.resolve("data").resolve("token")).strip();
        browser = new DashboardBrowser();
        page = browser.page(1280, 900, ColorScheme.LIGHT);
    }

    @AfterAll
    void end() {
        if (browser != null) {
            browser.close();
        }
        if (service != null) {
            service.client().deleteGroup(7);
            service.close();
        }
        if (simulator != null) {
            simulator.close();
        }
    }

    private URI address() {
        return service.client().service();
    }

    private void signIn(Page on) {
        on.navigate(address() + "/");
        on.locator("[name=token]").fill(token);
        on.getByText("Sign in").click();
        assertThat(on.locator("h1")).hasText("Groups");
    }

    private void screenshot(Page of, String name) {
        of.screenshot(new Page.ScreenshotOptions()
                .setPath(SCREENSHOTS.resolve(name + ".png"))
                .setFullPage(true));
    }

    /** Nothing sticks out of a telephone's window, in daylight and in the dark. */
    private void lookFromTelephone(String hash, String name, String awaited) {
        Page small = browser.page(375, 720, ColorScheme.DARK);
        signIn(small);
        small.navigate(address() + "/" + hash);
        assertThat(small.locator(awaited).first()).isVisible(PATIENTLY);
        screenshot(small, name + "-375-dark");
        Object beyond = small.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        assertThat(beyond).as(name + " is wider than its window").isEqualTo(0);
        small.context().close();
    }

    @Test
    @Order(1)
    void letsNobodyInWithoutTheToken() {
        page.navigate(address() + "/");
        page.locator("[name=token]").fill("not-the-token");
        page.getByText("Sign in").click();
        assertThat(page.getByRole(com.microsoft.playwright.options.AriaRole.ALERT))
                .containsText("token");
        screenshot(page, "sign-in-refused");

        signIn(page);
        assertThat(page.getByText("No groups yet")).isVisible();
        assertThat(page.evaluate("JSON.stringify([localStorage.length, sessionStorage.length])"))
                .isEqualTo("[0,0]");
    }

    @Test
    @Order(2)
    void makesAGroup() {
        Locator form = page.getByLabel("New group", new Page.GetByLabelOptions().setExact(true));
        form.locator("[name=id]").fill("7");
        form.locator("[name=num_clients]").fill("1");
        form.locator("[name=ai_servers]").fill("node17:port");
        form.getByText("Create the group").click();
        // Next to its field, and still there after the list has been updated twice.
        Locator problem = form.locator(".field:has([name=ai_servers]) .problem");
        assertThat(problem).containsText("'port' is not a port from 1 to 65535");
        page.waitForResponse("**/api/v1/client-groups", () -> {});
        page.waitForResponse("**/api/v1/client-groups", () -> {});
        assertThat(problem).isVisible();
        assertThat(form.locator("[name=ai_servers]")).isFocused();
        screenshot(page, "group-problem-1280");

        form.locator("[name=ai_servers]").fill(simulator.address().toString());
        assertThat(form.locator(".problem")).hasCount(0);
        form.getByText("Create the group").click();

        assertThat(page.locator("h1")).containsText("Group 7");
        assertThat(page.locator("h1 .chip.ready")).isVisible(PATIENTLY);
        screenshot(page, "group-1280");

        page.getByText("Show logs").click();
        Locator logs = page.getByLabel("Logs", new Page.GetByLabelOptions().setExact(true));
        assertThat(logs).containsText("registered with");
        screenshot(page, "group-logs-1280");
    }

    @Test
    @Order(3)
    void runsALoadAndShowsItAsItGoes() {
        String first = runALoad("6s");
        screenshot(page, "run-live-1280");
        assertThat(page.getByLabel("Verdict")).isVisible(PATIENTLY);
        assertThat(page.getByText("Time to first token", new Page.GetByTextOptions().setExact(true)))
                .isVisible();
        Locator explanation = page.getByLabel("Explanation");
        assertThat(explanation).containsText("Where the time went");
        assertThat(explanation.locator("meter").first()).isVisible();
        screenshot(page, "run-ended-1280");
        chartsShowValuesRangesAndFiles();
        lookFromTelephone("#/run/" + first, "run", "[aria-label=Verdict]");
        lookFromTelephone("#/group/7", "group", ".chip.ready");

        Page report = page.waitForPopup(() -> page.getByText("Report", new Page.GetByTextOptions().setExact(true))
                .click());
        assertThat(report.locator("h2").first()).isVisible();
        report.close();
    }

    private void chartsShowValuesRangesAndFiles() {
        assertThat(page).hasTitle(java.util.regex.Pattern.compile("Run .* · AI Factory"));
        Locator chart = page.locator(".charts figure").first();
        assertThat(chart.locator(".legend .at")).hasText("");
        chart.locator("svg").hover();
        assertThat(chart.locator(".legend .at")).containsText("at ");
        assertThat(page.locator(".charts figure").nth(1).locator(".legend .at")).containsText("at ");
        chart.locator("svg").focus();
        page.keyboard().press("ArrowRight");
        assertThat(page.locator("[role=status]")).containsText("completed");

        var box = chart.locator("svg").boundingBox();
        page.mouse().move(box.x + box.width * 0.3, box.y + box.height / 2);
        page.mouse().down();
        page.mouse().move(box.x + box.width * 0.7, box.y + box.height / 2);
        page.mouse().up();
        Locator whole = page.getByText("Show the whole run");
        assertThat(whole).isVisible();
        whole.click();
        assertThat(whole).isHidden();

        chart = page.locator(".charts figure").first();
        for (String kind : new String[] {"PNG", "CSV"}) {
            Locator button = chart.getByText(kind, new Locator.GetByTextOptions().setExact(true));
            assertThat(page.waitForDownload(button::click).suggestedFilename())
                    .endsWith("." + kind.toLowerCase(java.util.Locale.ROOT));
        }
        chart.getByText("Full size").click();
        assertThat(page.locator(".charts figure:visible")).hasCount(1);
        screenshot(page, "chart-full-1280");
        page.getByText("Smaller", new Page.GetByTextOptions().setExact(true)).click();
    }

    private void openGroup() {
        page.navigate(address() + "/#/group/7");
        if (page.locator("[name=token]").isVisible()) {
            signIn(page);
            page.navigate(address() + "/#/group/7");
        }
    }

    private String runALoad(String duration) {
        openGroup();
        Locator form = page.getByLabel("Run a load", new Page.GetByLabelOptions().setExact(true));
        form.locator("[name=amount]").fill("4");
        form.locator("[name=duration]").fill(duration);
        form.locator("[name=isl]").fill("16");
        form.locator("[name=osl]").fill("8");
        form.getByRole(com.microsoft.playwright.options.AriaRole.BUTTON).click();
        assertThat(page.locator(".charts svg").first()).isVisible(PATIENTLY);
        assertThat(page.locator("h1")).containsText("Run ");
        return String.valueOf(page.evaluate("location.hash.split('/').at(-1)"));
    }

    @Test
    @Order(4)
    void comparesTwoRuns() {
        runALoad("4s");
        assertThat(page.getByLabel("Verdict")).isVisible(PATIENTLY);
        page.getByText("Runs", new Page.GetByTextOptions().setExact(true)).click();
        assertThat(page.locator("tbody tr")).hasCount(2);
        page.locator("tbody tr").nth(1).getByLabel("before").check();
        page.locator("tbody tr").nth(0).getByLabel("after").check();
        screenshot(page, "runs-1280");
        page.locator("button.primary").click();

        assertThat(page.getByLabel("Finding")).isVisible(PATIENTLY);
        assertThat(page.locator("table caption").first()).hasText("Differences");
        screenshot(page, "compare-1280");
        lookFromTelephone(String.valueOf(page.evaluate("location.hash")), "compare", "[aria-label=Finding]");
    }

    @Test
    @Order(5)
    void staysAsItIsWithTwoHundredGroupsAndTakesNothingForMarkup() {
        String groups = IntStream.range(0, 200)
                .mapToObj(DashboardTest::hostileGroup)
                .collect(Collectors.joining(",", "{\"groups\": [", "], \"count\": 200}"));
        page.route("**/api/v1/client-groups", route -> fulfil(route, groups));
        page.navigate(address() + "/#/");
        page.reload();
        if (page.locator("[name=token]").isVisible()) {
            page.locator("[name=token]").fill(token);
            page.getByText("Sign in").click();
        }
        assertThat(page.locator("tbody tr")).hasCount(200);
        assertThat(page.locator("tbody img, tbody b")).hasCount(0);
        assertThat(page.locator("tbody tr").nth(5)).containsText("http://<b>node5</b>:8000");

        // What has not changed is not built again: the mark is still there after two more answers.
        page.evaluate("document.querySelector('tbody tr').dataset.mark = 'kept'");
        page.waitForResponse("**/api/v1/client-groups", () -> {});
        page.waitForResponse("**/api/v1/client-groups", () -> {});
        assertThat(page.locator("tbody tr[data-mark=kept]")).hasCount(1);
        screenshot(page, "two-hundred-groups-1280");

        page.getByLabel("Show only groups with").fill("node199");
        assertThat(page.locator("tbody tr")).hasCount(1);
        page.unroute("**/api/v1/client-groups");
    }

    @Test
    @Order(6)
    void twoThousandRunsAreShownAndWhatWasChosenStays() {
        AtomicInteger answers = new AtomicInteger();
        page.route("**/api/v1/runs?**", route -> {
            int answer = answers.incrementAndGet();
            String query = route.request().url().replaceFirst(".*\\?", "");
            int offset =
                    query.contains("offset=") ? Integer.parseInt(query.replaceFirst(".*offset=(\\d+).*", "$1")) : 0;
            int limit = Integer.parseInt(query.replaceFirst(".*limit=(\\d+).*", "$1"));
            fulfil(
                    route,
                    IntStream.range(offset, Math.min(2000, offset + limit))
                            .mapToObj(id -> """
                            {"run_id": "r%d", "benchmark_id": 7, "state": "%s", "created_at": "2026-11-25T10:00:00Z",
                             "started_at": null, "ended_at": null, "detail": null, "progress": null}
                            """.formatted(id, id == 0 && answer % 2 == 0 ? "running" : "completed"))
                            .collect(Collectors.joining(",", "{\"runs\": [", "]}")));
        });
        page.navigate(address() + "/#/runs");
        assertThat(page.locator("tbody tr")).hasCount(200);
        page.locator("tbody tr").nth(0).getByLabel("before").check();
        page.getByText("Show up to 2,000 runs").click();
        assertThat(page.locator("tbody tr")).hasCount(2000);
        page.waitForResponse("**/api/v1/runs?**", () -> {});
        page.waitForResponse("**/api/v1/runs?**", () -> {});
        assertThat(page.locator("tbody tr").nth(0).getByLabel("before")).isChecked();
        page.getByLabel("Show only runs with").fill("r1999");
        assertThat(page.locator("tbody tr")).hasCount(1);
        page.unroute("**/api/v1/runs?**");
    }

    @Test
    @Order(6)
    void openLogsShowWhatIsAdded() {
        openGroup();
        page.getByText("Show logs").click();
        Locator logs = page.getByLabel("Logs", new Page.GetByLabelOptions().setExact(true));
        assertThat(logs).containsText("registered with");
        String before = logs.innerText();
        long runs = count(before, "T0 placed");

        // Not by the form of the page, which would show the run instead.
        Object status = page.evaluate("""
                (token) => fetch('/api/v1/client-group/7/run?when=ready', {
                  method: 'POST',
                  headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
                  body: JSON.stringify({ concurrency: 1, duration: '1s', isl: 16, osl: 8 }),
                }).then((answer) => answer.status)
                """, token);

        assertThat(status).isEqualTo(200);
        page.waitForCondition(
                () -> count(logs.innerText(), "T0 placed") > runs,
                new Page.WaitForConditionOptions().setTimeout(60_000));
        assertThat(count(logs.innerText(), "registered with"))
                .as("lines are not repeated")
                .isEqualTo(count(before, "registered with"));
    }

    private static long count(String text, String words) {
        return text.lines().filter(line -> line.contains(words)).count();
    }

    @Test
    @Order(6)
    void aGroupThatDoesNotExistHasNoForms() {
        page.navigate(address() + "/#/group/123456");
        assertThat(page.getByText("There is no group 123456")).isVisible();
        assertThat(page.locator("form:visible")).hasCount(0);
        assertThat(page.getByText("Delete the group")).isHidden();
    }

    @Test
    @Order(6)
    void anActionContinuesAfterSigningInAgain() {
        page.navigate(address() + "/#/");
        page.reload();
        Locator form = page.getByLabel("New group", new Page.GetByLabelOptions().setExact(true));
        form.locator("[name=num_clients]").fill("1");
        form.locator("[name=id]").fill("0");
        form.locator("[name=ai_servers]").fill("still:port");
        form.getByText("Create the group").click();
        page.locator("[name=token]").fill(token);
        page.getByText("Sign in").click();

        // The same form, with what was typed, and the answer to the same action.
        assertThat(form.locator("[name=ai_servers]")).hasValue("still:port");
        assertThat(form.locator(".problem")).containsText("'port' is not a port");
    }

    /**
     * Every answer changes a group. How long the page's own work took is written to a file next to the screenshots, not
     * judged here.
     */
    @Test
    @Order(6)
    void writesDownHowSmoothTwoHundredChangingGroupsAre() throws IOException {
        AtomicInteger answers = new AtomicInteger();
        page.route("**/api/v1/client-groups", route -> {
            int changed = answers.incrementAndGet();
            fulfil(
                    route,
                    IntStream.range(0, 200)
                            .mapToObj(id -> hostileGroup(id, changed))
                            .collect(Collectors.joining(",", "{\"groups\": [", "], \"count\": 200}")));
        });
        page.navigate(address() + "/#/");
        page.reload();
        if (page.locator("[name=token]").isVisible()) {
            page.locator("[name=token]").fill(token);
            page.getByText("Sign in").click();
        }
        assertThat(page.locator("tbody tr")).hasCount(200);
        page.evaluate("""
                () => {
                  window.measured = { frames: [], tasks: [] };
                  new PerformanceObserver((list) => list.getEntries().forEach((task) => measured.tasks.push(task.duration)))
                    .observe({ type: 'longtask' });
                  let last = performance.now();
                  const frame = (now) => { measured.frames.push(now - last); last = now; requestAnimationFrame(frame); };
                  requestAnimationFrame(frame);
                }
                """);
        for (int i = 0; i < 5; i++) {
            page.waitForResponse("**/api/v1/client-groups", () -> {});
        }
        assertThat(page.locator("tbody tr").nth(0)).containsText("job-0-");
        String measured = String.valueOf(page.evaluate("""
                () => {
                  const frames = measured.frames.toSorted((a, b) => a - b);
                  const at = (share) => frames[Math.min(frames.length - 1, Math.floor(share * frames.length))].toFixed(1);
                  return `frames ${frames.length}, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms; `
                    + `tasks over 50 ms: ${measured.tasks.length}, longest ${Math.max(0, ...measured.tasks).toFixed(0)} ms`;
                }
                """));
        Files.writeString(SCREENSHOTS.resolve("two-hundred-groups.txt"), measured + "\n");
        assertThat(measured).startsWith("frames ").doesNotStartWith("frames 0,");
        page.unroute("**/api/v1/client-groups");
    }

    private static void fulfil(Route route, String json) {
        route.fulfill(
                new Route.FulfillOptions().setContentType("application/json").setBody(json));
    }

    @Test
    @Order(7)
    void noPageComplained() {
        assertThat(browser.complaints()).isEmpty();
    }

    private static String hostileGroup(int id) {
        return hostileGroup(id, 0);
    }

    private static String hostileGroup(int id, int answer) {
        return """
        {"benchmark_id": %d, "info": {"num_clients": 4, "min_clients": 4, "time_limit": 5, "client_address": null,
         "created_at": "2026-11-25T10:00:00Z", "status": "%s", "job_id": "job-%d-%d", "job_state": "RUNNING",
         "reason": "<img src=x onerror=alert(1)>", "registered": 4, "clients": [], "log_paths": [],
         "ai_servers": ["http://<b>node%d</b>:8000"], "current_run_id": null, "latest_run_id": null}}
        """.formatted(id, id % 3 == 0 ? "running" : "ready", id, id == answer % 10 || id == 0 ? answer : 0, id);
    }
}
