package aifactory.workload.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.workload.Conversation;
import aifactory.workload.DatasetReference;
import aifactory.workload.Endpoint;
import aifactory.workload.LengthDistribution;
import aifactory.workload.Session;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.content.WorkloadContent;
import aifactory.workload.dataset.source.DatasetException;
import aifactory.workload.prompt.RequestBodyEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Images and audio of datasets: files next to the dataset, by their paths, become part of the requests. */
class MediaDatasetTest {
    private static final byte[] PNG = bytes("\u0089PNG\r\n\u001a\nimage");
    private static final byte[] WAV = bytes("RIFF\0\0\0\0WAVEfmt ");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path outside;

    private Path directory = Path.of("");

    @BeforeEach
    void createFiles() throws Exception {
        directory = Files.createDirectories(outside.resolve("set"));
        Files.createDirectories(directory.resolve("images"));
        Files.write(directory.resolve("images/a b.png"), PNG);
        Files.write(directory.resolve("photo.jpg"), bytes("\u00ff\u00d8\u00ff\u00e0 jpeg"));
        Files.write(directory.resolve("clip.wav"), WAV);
        Files.write(directory.resolve("song.mp3"), bytes("ID3 song"));
        Files.write(directory.resolve("notes.txt"), bytes("a text, and no image"));
        Files.write(directory.resolve("empty.png"), new byte[0]);
        Files.write(outside.resolve("secret.png"), PNG);
        Files.createSymbolicLink(directory.resolve("link.png"), outside.resolve("secret.png"));
        Files.createSymbolicLink(directory.resolve("inner.png"), directory.resolve("images/a b.png"));
    }

    private static byte[] bytes(String latin) {
        return latin.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String image(String url) {
        return "{\"type\":\"image_url\",\"image_url\":{\"url\":\"" + url + "\",\"detail\":\"low\"}}";
    }

    private static String audio(String data) {
        return "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"" + data + "\"}}";
    }

    private static String line(String... parts) {
        return "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"what is it?\"},"
                + String.join(",", parts) + "]}]}";
    }

    private WorkloadSpecification.Builder workload(String... lines) throws Exception {
        Path file = Files.writeString(directory.resolve("data.jsonl"), String.join("\n", lines) + "\n");
        WorkloadSpecification.Builder sample = new WorkloadSpecification.Builder();
        sample.concurrency = 1;
        sample.dataset = new DatasetReference(Dataset.detect(file), file.toString(), null);
        return sample;
    }

    private static JsonNode content(WorkloadSpecification specification, WorkloadContent content, long session) {
        RequestBodyEncoder encoder = new RequestBodyEncoder(specification, "m", content.prompts());
        return JsonMapper.shared()
                .readTree(encoder.encode(new Session(session, 0, 1, 0)).bytes())
                .at("/messages/0/content");
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Test
    void filesBecomeUrlsOfTheirData() throws Exception {
        WorkloadSpecification specification = workload(
                        line(image("images/a b.png"), image("photo.jpg"), image("inner.png")),
                        line(
                                image("file://" + directory + "/images/a%20b.png"),
                                audio("clip.wav"),
                                audio("./song.mp3")),
                        line(
                                "{\"type\":\"image_url\",\"image_url\":\"photo.jpg\"}",
                                "{\"type\":\"audio_url\",\"audio_url\":{\"url\":\"clip.wav\"}}"))
                .build();
        try (WorkloadContent content = WorkloadContent.open(specification, "salt")) {
            JsonNode first = content(specification, content, 0);
            assertThat(first.at("/0/text").stringValue()).isEqualTo("what is it?");
            assertThat(first.at("/1/image_url/url").stringValue()).isEqualTo("data:image/png;base64," + base64(PNG));
            assertThat(first.at("/1/image_url/detail").stringValue()).isEqualTo("low");
            assertThat(first.at("/2/image_url/url").stringValue()).startsWith("data:image/jpeg;base64,");
            assertThat(first.at("/3/image_url/url")).isEqualTo(first.at("/1/image_url/url"));
            JsonNode second = content(specification, content, 1);
            assertThat(second.at("/1/image_url/url")).isEqualTo(first.at("/1/image_url/url"));
            assertThat(second.at("/2/input_audio/data").stringValue()).isEqualTo(base64(WAV));
            assertThat(second.at("/2/input_audio/format").stringValue()).isEqualTo("wav");
            assertThat(second.at("/3/input_audio/format").stringValue()).isEqualTo("mp3");
            JsonNode third = content(specification, content, 2);
            assertThat(third.at("/1/image_url/url")).isEqualTo(first.at("/2/image_url/url"));
            assertThat(third.at("/2/audio_url/url").stringValue()).isEqualTo("data:audio/wav;base64," + base64(WAV));
            assertThat(content.notes()).isEmpty();
            assertThat(content.prompts().mediaBytes()).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"data:image/png;base64,iVBORw0KGgo=", "https://site.example/a.png", "HTTP://site.example/a"})
    void urlsAreSentAsTheyAre(String url) throws Exception {
        WorkloadSpecification specification =
                workload(line(image(url), audio("UklGRg=="))).build();
        try (WorkloadContent content = WorkloadContent.open(specification, "salt")) {
            JsonNode parts = content(specification, content, 0);
            assertThat(parts.at("/1/image_url/url").stringValue()).isEqualTo(url);
            assertThat(parts.at("/2/input_audio/data").stringValue()).isEqualTo("UklGRg==");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "missing.png | does not exist in",
                "../secret.png | leads out of the directory of the dataset",
                "images/../../secret.png | leads out of the directory of the dataset",
                "link.png | leads out of the directory of the dataset",
                "/etc/hostname | leads out of the directory of the dataset",
                "file:///etc/hostname | leads out of the directory of the dataset",
                "file://host/a.png | is no URL of a file",
                "images | is no file but a directory",
                "notes.txt | is no PNG, JPEG, GIF or WebP image",
                "empty.png | is empty",
                "clip.wav | is audio/wav and no image",
                "s3://bucket/a.png | is a URL that is not supported",
                "a\\u0000b.png | cannot be read",
            })
    void whatIsNoImageIsABadEntryWithItsName(String path, String problem) throws Exception {
        WorkloadSpecification.Builder sample = workload(line(image("photo.jpg")), line(image(path)));
        assertThatThrownBy(() -> WorkloadContent.open(sample.build(), "salt"))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("1 of 2 entries cannot be used")
                .hasMessageContaining("line 2 '")
                .hasMessageContaining(problem);
        DatasetReference reference = java.util.Objects.requireNonNull(sample.dataset);
        sample.dataset = new DatasetReference(
                reference.format(), reference.path(), null, null, 0.5, null, null, null, null, null, null);
        try (WorkloadContent content = WorkloadContent.open(sample.build(), "salt")) {
            assertThat(content.dataset().orElseThrow().bad()).isEqualTo(1);
            assertThat(String.join("\n", content.notes())).contains("line 2 '").contains(problem);
        }
    }

    @Test
    void tooLargeAnImageIsABadEntry() throws Exception {
        try (var file =
                new java.io.RandomAccessFile(directory.resolve("large.png").toFile(), "rw")) {
            file.write(PNG);
            file.setLength((20 << 20) + 1);
        }
        assertThatThrownBy(() ->
                        WorkloadContent.open(workload(line(image("large.png"))).build(), "salt"))
                .hasMessageContaining("line 1 'large.png' has 20971521 bytes, more than 20971520");
    }

    @Test
    void tooManyImagesOfATurnAreABadEntry() throws Exception {
        try (var file =
                new java.io.RandomAccessFile(directory.resolve("large.png").toFile(), "rw")) {
            file.write(PNG);
            file.setLength(20 << 20);
        }
        String image = image("large.png");
        assertThatThrownBy(() ->
                        WorkloadContent.open(workload(line(image, image, image)).build(), "salt"))
                .hasMessageContaining("line 1 has a turn with 83886084 bytes of images and audio");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"photo.jpg\"}} | is image/jpeg and no audio",
                "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"clip.wav\",\"format\":\"mp3\"}} | is wav, and its format says mp3",
                "{\"type\":\"input_audio\",\"input_audio\":{}} | without input_audio.data",
                "{\"type\":\"image_url\",\"image_url\":{\"url\":7}} | without image_url.url",
                "{\"type\":\"image_url\"} | without image_url.url",
            })
    void otherBrokenPartsAreBadEntries(String part, String problem) throws Exception {
        assertThatThrownBy(() -> WorkloadContent.open(workload(line(part)).build(), "salt"))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @EnumSource(
            value = Endpoint.class,
            names = {"RESPONSES", "MESSAGES", "OLLAMA", "COMPLETIONS", "EMBEDDINGS", "TGI"})
    void otherEndpointsDoNotSendThem(Endpoint endpoint) throws Exception {
        WorkloadSpecification.Builder sample = workload(line(image("photo.jpg")));
        sample.endpoint = endpoint;
        assertThatThrownBy(() -> WorkloadContent.open(sample.build(), "salt"))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("use --endpoint chat");
    }

    @Test
    void eachTurnOfASessionHasItsImages() throws Exception {
        String session = "{\"turns\":[" + line(image("photo.jpg")) + "," + line(image("images/a b.png")) + "]}";
        WorkloadSpecification.Builder sample = workload(session);
        sample.conversation = new Conversation(LengthDistribution.constant(2), Duration.ZERO, Duration.ZERO);
        WorkloadSpecification specification = sample.build();
        try (WorkloadContent content = WorkloadContent.open(specification, "salt")) {
            RequestBodyEncoder encoder = new RequestBodyEncoder(specification, "m", content.prompts());
            JsonNode body = JsonMapper.shared()
                    .readTree(encoder.encode(new Session(0, 0, 2, 0), 1, List.of(bytes("fine")))
                            .bytes());
            assertThat(body.at("/messages/0/content/1/image_url/url").stringValue())
                    .startsWith("data:image/jpeg");
            assertThat(body.at("/messages/2/content/1/image_url/url").stringValue())
                    .startsWith("data:image/png");
        }
    }

    @Test
    void anInspectionNamesThemToo() throws Exception {
        WorkloadSpecification.Builder sample = workload(line(image("photo.jpg")), line(image("missing.png")));
        DatasetReference reference = java.util.Objects.requireNonNull(sample.dataset);
        assertThatThrownBy(() -> DatasetContents.open(reference, false).close())
                .hasMessageContaining("'missing.png' does not exist in");
    }
}
