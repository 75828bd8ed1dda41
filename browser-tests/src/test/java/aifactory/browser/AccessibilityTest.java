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
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every page of the dashboard, checked with axe (WCAG 2.2 AA and best practices) at 1440 and 375 pixels, light and
 * dark. Screenshots stay in {@code target}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init") // set before all tests
final class AccessibilityTest {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots", "accessibility");
    private static final int[] WIDTHS = {1440, 375};

    private InferenceSimulator simulator;
    private OwnService service;
    private DashboardBrowser browser;
    private String token;
    private String run;
    private String axe;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        Files.createDirectories(SCREENSHOTS);
        try (InputStream script = AccessibilityTest.class.getResourceAsStream("/axe.min.js")) {
            axe = new String(
                    Objects.requireNonNull(script, "axe.min.js is in the jar of axe-core")
                            .readAllBytes(),
                    StandardCharsets.UTF_8);
        }
        simulator = InferenceSimulator.start(SimulatorOptions.defaults());
        Session session = Session.ofThisProcess(new Interruption());
        service = OwnService.start(session, Configuration.of(session), DispatcherKind.LOCAL, directory);
        token = Files.readString(directory.resolve("data").resolve("token")).strip();
        browser = new DashboardBrowser();
        run = aRun();
    }

    @AfterAll
    void end() {
        if (browser != null) {
            browser.close();
        }
        if (service != null) {
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

    private String aRun() {
        Page page = browser.page(1440, 900, ColorScheme.LIGHT);
        signIn(page);
        Locator group = page.getByLabel("New group", new Page.GetByLabelOptions().setExact(true));
        group.locator("[name=id]").fill("8");
        group.locator("[name=num_clients]").fill("1");
        group.locator("[name=ai_servers]").fill(simulator.address().toString());
        group.getByText("Create the group").click();
        assertThat(page.locator("h1 .chip.ready")).isVisible();
        Locator load = page.getByLabel("Run a load", new Page.GetByLabelOptions().setExact(true));
        load.locator("[name=amount]").fill("4");
        load.locator("[name=duration]").fill("4s");
        load.locator("[name=isl]").fill("16");
        load.locator("[name=osl]").fill("8");
        load.getByRole(AriaRole.BUTTON).click();
        assertThat(page.getByLabel("Verdict")).isVisible();
        String id = String.valueOf(page.evaluate("location.hash.split('/').at(-1)"));
        page.context().close();
        return id;
    }

    /** Opens the page at each width in both colour schemes, takes a screenshot and runs axe. */
    private void check(String name, String hash, String awaited) {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : WIDTHS) {
                Page page = browser.page(width, 900, scheme);
                signIn(page);
                page.navigate(address() + "/" + hash);
                assertThat(page.locator(awaited).first()).isVisible();
                requireAccessible(page, name + "-" + width + "-" + scheme.name().toLowerCase(java.util.Locale.ROOT));
                page.context().close();
            }
        }
    }

    private void requireAccessible(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(SCREENSHOTS.resolve(name + ".png"))
                .setFullPage(true));
        page.evaluate(axe);
        Object violations = page.evaluate("""
                async () => {
                  const result = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
                  return result.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target} ${node.failureSummary}`));
                }
                """);
        assertThat((List<?>) violations).as("axe on " + name).isEmpty();
        Object beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        assertThat(beyond).as(name + " is wider than its window").isEqualTo(0);
    }

    @Test
    @Order(1)
    void signInPage() {
        Page page = browser.page(375, 720, ColorScheme.DARK);
        page.navigate(address() + "/");
        page.locator("[name=token]").fill("not-the-token");
        page.getByText("Sign in").click();
        assertThat(page.locator(".problem")).isVisible();
        requireAccessible(page, "sign-in-refused-375-dark");
        page.context().close();
    }

    @Test
    @Order(2)
    void groupsPage() {
        check("groups", "#/", "tbody tr");
    }

    @Test
    @Order(2)
    void groupPage() {
        check("group", "#/group/8", "h1 .chip.ready");
    }

    @Test
    @Order(2)
    void runsPage() {
        check("runs", "#/runs", "tbody tr");
    }

    @Test
    @Order(2)
    void runPageWithItsExplanation() {
        check("run", "#/run/" + run, "[aria-label=Explanation]");
    }

    @Test
    @Order(2)
    void comparePage() {
        check("compare", "#/compare?before=" + run + "&after=" + run, "[aria-label=Finding]");
    }

    @Test
    @Order(3)
    void deletedAndUnknownGroups() {
        service.client().deleteGroup(8);
        check("group-deleted", "#/group/8", "main a[href^='#/run/']");
        check("group-unknown", "#/group/123456", "main .empty");
    }
}
