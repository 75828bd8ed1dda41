package aifactory.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.commandline.InvocationHarness.Outcome;
import aifactory.commandline.configuration.Configuration;
import aifactory.slurm.job.Profile;
import aifactory.slurm.job.Profiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guide quotes what the program says, links to what there is, and shows configurations that load. */
final class DocumentationTest {
    private static final Path ROOT = Path.of("..");
    private static final Path PAGES = ROOT.resolve("docs");
    private static final Path SITES = ROOT.resolve("examples").resolve("sites");
    /** Texts that continue after a plus, over lines or not. */
    private static final Pattern JOINED = Pattern.compile("\"\\s*\\+\\s*\"");

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s:]+)\\)");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    @Test
    void everyMessageThatTroubleshootingQuotesIsInTheSource() throws IOException {
        List<String> quoted;
        try (Stream<String> lines = Files.lines(PAGES.resolve("troubleshooting.md"))) {
            quoted = lines.filter(line -> line.startsWith("> "))
                    .map(line -> line.substring(2))
                    .toList();
        }
        List<String> sources = sources();
        assertThat(quoted).hasSizeGreaterThan(30);
        for (String message : quoted) {
            Pattern said = Pattern.compile(
                    Arrays.stream(message.split("…"))
                            .map(part -> Pattern.quote(part.strip()))
                            .collect(Collectors.joining(".{0,1500}?")),
                    Pattern.DOTALL);
            assertThat(sources)
                    .as("no source says: " + message)
                    .anyMatch(source -> said.matcher(source).find());
        }
    }

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
        for (Path tree : List.of(PAGES, SITES)) {
            try (Stream<Path> files = Files.walk(tree)) {
                files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
            }
        }
        for (Path page : pages) {
            for (String link : links(page)) {
                String[] parts = link.split("#", 2);
                Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
                assertThat(target).as(page + " links to " + link).exists();
                if (parts.length == 2) {
                    assertThat(anchors(target)).as(page + " links to " + link).contains(parts[1]);
                }
            }
        }
    }

    @Test
    void everyExampleSiteLoadsAndItsProfilesAreWhole() throws Exception {
        List<Path> sites;
        try (Stream<Path> files = Files.list(SITES)) {
            sites = files.map(site -> site.resolve("aifactory.yaml")).toList();
        }
        assertThat(sites).isNotEmpty();
        for (Path site : sites) {
            InvocationHarness harness = new InvocationHarness(directory);
            Outcome shown = harness.run(
                    "config",
                    "show",
                    "--config",
                    site.toAbsolutePath().normalize().toString());
            assertThat(shown.exitCode()).as(shown.err()).isZero();
            assertThat(shown.out()).contains("file " + site.toAbsolutePath().normalize());

            Configuration configuration = Configuration.of(harness.session());
            configuration.useFile(site.toAbsolutePath().normalize());
            Profiles profiles = configuration.slurm().profiles();
            assertThat(profiles.all()).containsKeys("cpu", "gpu", "largemem");
            for (String name : profiles.all().keySet()) {
                Profile effective =
                        profiles.effective(name, Profile.ofPlace(null, null, null), Profile.ofPlace(null, null, null));
                assertThat(effective.partition()).as(name).isNotNull();
            }
        }
    }

    private static List<String> links(Path page) throws IOException {
        return LINK.matcher(Files.readString(page).replaceAll("(?s)```.*?```", ""))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    /** As GitHub makes them of headings. */
    private static List<String> anchors(Path page) throws IOException {
        try (Stream<String> lines = Files.lines(page)) {
            return lines.filter(line -> line.startsWith("#"))
                    .map(line -> line.replaceFirst("^#+ ", "")
                            .toLowerCase(Locale.ROOT)
                            .replaceAll("[^a-z0-9 _-]", "")
                            .replace(' ', '-'))
                    .toList();
        }
    }

    private static List<String> sources() throws IOException {
        List<String> texts = new ArrayList<>(List.of(
                Files.readString(ROOT.resolve("packaging").resolve("launcher").resolve("aifactory"))));
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path module : modules.map(
                            path -> path.resolve("src").resolve("main").resolve("java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(module)) {
                    for (Path file : files.filter(path -> path.toString().endsWith(".java"))
                            .toList()) {
                        texts.add(JOINED.matcher(Files.readString(file))
                                .replaceAll("")
                                .replace("%%", "%")
                                .replace("\\\"", "\""));
                    }
                }
            }
        }
        return texts;
    }
}
