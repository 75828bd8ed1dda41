package aifactory.service;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.service.testing.TestService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/monitoring asks of the service exists there. */
final class MonitoringFilesTest {
    @TempDir
    Path directory = Path.of("");

    @Test
    void exposesEveryMetricThatTheFilesName() throws IOException {
        Set<String> named = new TreeSet<>();
        for (String file : new String[] {"grafana-service.json", "service-rules.yaml"}) {
            Matcher names = Pattern.compile("\\b(?:aifactory|jvm|process)_[a-z_]+")
                    .matcher(Files.readString(Path.of("..", "docs", "monitoring", file)));
            while (names.find()) {
                named.add(names.group());
            }
        }
        assertThat(named).hasSizeGreaterThan(5);
        try (TestService service = TestService.start(directory)) {
            service.readyGroup(1, 2);
            Set<String> exposed = service.api()
                    .get("/metrics")
                    .expect(200)
                    .text()
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("[{ ]", 2)[0])
                    .collect(Collectors.toSet());
            assertThat(exposed).containsAll(named);
        }
    }
}
