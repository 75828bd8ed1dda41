package aifactory.commandline.language;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Documentation, comments, messages and scripts are written in the terms of the trade (CONTRIBUTING.md, Language). */
final class LanguageTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** Build output, and texts that are not changed: decisions, recordings, data of earlier versions. */
    private static final Set<String> SKIPPED_DIRECTORIES =
            Set.of("adr", "corpus", "earlier", "node_modules", "results", "target");

    private static final Set<String> TEXT_FILES = Set.of(
            "c",
            "css",
            "html",
            "java",
            "js",
            "md",
            "properties",
            "py",
            "sh",
            "sample",
            "service",
            "txt",
            "xml",
            "yaml",
            "yml",
            "ipynb",
            "json");

    /** Migrations have checksums; words of prompts and of their tokenization are data; this test lists the phrases. */
    private static final Pattern SKIPPED_FILES = Pattern.compile(
            "LICENSE|WordCorpus\\.java|Phrases\\.java|LanguageTest\\.java|(golden|letters|words)\\.json|.*\\.sql");

    /** Phrases that are names of other systems, or values of the API. */
    private static final Map<String, Set<String>> ALLOWED = Map.of(
            "testbed/exec", Set.of("nobody"),
            "command-line/src/main/java/aifactory/commandline/completion/CompletionScript.java", Set.of("in words"),
            "testbed/lib/daemons.sh", Set.of("nobody"),
            "protocol/src/main/resources/aifactory/protocol/openapi.yaml", Set.of("begun"));

    @Test
    void everyTextIsInTheTermsOfTheTrade() throws IOException {
        List<Path> files = textFiles();
        List<String> found = new ArrayList<>();
        for (Path file : files) {
            String name = ROOT.relativize(file).toString();
            for (Phrases.Hit hit : Phrases.in(name, Files.readString(file))) {
                if (!ALLOWED.getOrDefault(name, Set.of()).contains(hit.phrase().toLowerCase(Locale.ROOT))) {
                    found.add(message(name, hit));
                }
            }
        }
        assertThat(files).as("the search finds no files: it is at fault").hasSizeGreaterThan(1000);
        assertThat(found)
                .as("phrases to replace, see CONTRIBUTING.md, Language")
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "A.java | /** Options go before the file. */ | 1 | go before",
                "A.java | int a; // nobody | 1 | nobody",
                "A.java | f(\"port 1 cannot be had\"); | 1 | cannot be had",
                "A.java | char c = '\"'; f(\"it is told\"); | 1 | told",
                "A.java | f(\"\"\"~  the run goes on~  \"\"\"); | 2 | goes on",
                "A.java | /**~ * It takes~ * up the run. */ | 2 | takes up",
                "A.java | f(\"it goes\"~    + \" on\"); // and on | 1 | goes on",
                "A.java | f(\"a is none\" + b + \"; there is none\"); | 1 | is none",
                "a.js | const a = 'Begun at'; | 1 | Begun",
                "a.js | h(`10 requests a second`); | 1 | requests a second",
                "a.md | x~~Whatever it is. | 3 | Whatever",
                "a.md | it goes~> on | 1 | goes on",
                "run.sh | # One line a node | 1 | line a node",
                "aifactory | echo 'no verb given' | 1 | verb",
                "a.yaml | description: what it tells of itself | 1 | tells of",
                "a.json | {\"description\": \"a file of its own\"} | 1 | of its own",
                "a.html | <p>brought home</p> | 1 | brought home",
            })
    void aPhraseIsFound(String file, String text, int line, String phrase) {
        assertThat(Phrases.in(file, text.replace('~', '\n'))).singleElement().satisfies(hit -> {
            assertThat(hit.line()).isEqualTo(line);
            assertThat(hit.phrase()).isEqualTo(phrase);
            assertThat(message(file, hit)).startsWith(file + ":" + line + ": '" + phrase + "', write ");
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "A.java | boolean told = verb(begun);",
                "A.java | put(\"status\", \"begun\");",
                "A.java | /** See {@link Run#begun}. */",
                "A.java | /** @param told whether it was reported */",
                "A.java | /** Continues where it was, next to the file, once per second. */",
                "check | if value is None:",
                "a.md | The value `begun` of `status`; there is none.",
                "run.sh | setpriv --reuid=nobody true",
                "a.md | troubleshooting.md, proverbs and besides",
            })
    void identifiersAndOtherWordsAreNot(String file, String text) {
        assertThat(Phrases.in(file, text)).isEmpty();
    }

    private static String message(String file, Phrases.Hit hit) {
        return file + ":" + hit.line() + ": '" + hit.phrase() + "', write " + hit.instead();
    }

    private static List<Path> textFiles() throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                String name = String.valueOf(directory.getFileName());
                boolean isHidden = name.startsWith(".") && !name.equals(".ci") && !name.equals(".github");
                return !directory.equals(ROOT) && (isHidden || SKIPPED_DIRECTORIES.contains(name))
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile() && isText(file)) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }

    private static boolean isText(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        if (SKIPPED_FILES.matcher(name).matches()) {
            return false;
        }
        int dot = name.lastIndexOf('.');
        if (dot >= 0) {
            return TEXT_FILES.contains(name.substring(dot + 1));
        }
        // Scripts have no ending.
        try (var lines = Files.lines(file)) {
            return lines.findFirst().orElse("").startsWith("#!");
        } catch (java.io.UncheckedIOException e) {
            if (e.getCause() instanceof MalformedInputException) {
                return false;
            }
            throw e;
        }
    }
}
