package aifactory.workload.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.workload.AudioSettings;
import aifactory.workload.Endpoint;
import aifactory.workload.ImageSettings;
import aifactory.workload.RequestPayload;
import aifactory.workload.Session;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.content.WorkloadContent;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Media are what they say, in the form of each API, and the same for the same seed. */
final class PromptsWithMediaTest {
    private static WorkloadSpecification workload(
            Endpoint endpoint, @Nullable ImageSettings images, @Nullable AudioSettings audio) {
        WorkloadSpecification.Builder sample = new WorkloadSpecification.Builder();
        sample.endpoint = endpoint;
        sample.payload = new RequestPayload(null, 8, Map.of(), images, audio, 0);
        return sample.build();
    }

    private static JsonNode body(WorkloadSpecification workload, String salt, long session) throws Exception {
        try (WorkloadContent content = WorkloadContent.open(workload, salt)) {
            RequestBodyEncoder encoder = new RequestBodyEncoder(workload, "model", content.prompts());
            byte[] bytes = encoder.encode(new Session(session, session, 1, 0)).bytes();
            return JsonMapper.shared().readTree(new String(bytes, StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CHAT, /messages/0/content/2/image_url/url",
        "RESPONSES, /input/0/content/2/image_url",
        "MESSAGES, /messages/0/content/2/source/data",
        "OLLAMA, /messages/0/images/1",
    })
    void everyApiHasItsForm(Endpoint endpoint, String pointer) throws Exception {
        JsonNode body = body(workload(endpoint, new ImageSettings(2, 33, 17), null), "s", 0);
        String data = body.at(pointer).stringValue().replaceFirst("^data:image/png;base64,", "");
        var image = ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(data)));
        assertThat(image.getWidth()).isEqualTo(33);
        assertThat(image.getHeight()).isEqualTo(17);
    }

    @Test
    void clipsFollowTheImages() throws Exception {
        WorkloadSpecification workload =
                workload(Endpoint.CHAT, new ImageSettings(1, 8, 8), new AudioSettings(2, Duration.ofMillis(250)));
        JsonNode parts = body(workload, "s", 0).at("/messages/0/content");
        assertThat(parts.size()).isEqualTo(4);
        byte[] wav = Base64.getDecoder().decode(parts.at("/3/input_audio/data").stringValue());
        try (AudioInputStream clip = AudioSystem.getAudioInputStream(new ByteArrayInputStream(wav))) {
            assertThat(clip.getFormat().getSampleRate()).isEqualTo(16_000);
            assertThat(clip.getFrameLength()).isEqualTo(4_000);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CHAT, /tools/2/function/parameters/type",
        "RESPONSES, /tools/2/parameters/type",
        "MESSAGES, /tools/2/input_schema/type",
        "OLLAMA, /tools/2/function/parameters/type",
    })
    void toolsAreDefinedInTheFormOfTheApi(Endpoint endpoint, String pointer) throws Exception {
        WorkloadSpecification.Builder sample = new WorkloadSpecification.Builder();
        sample.endpoint = endpoint;
        sample.payload = new RequestPayload(null, 8, Map.of(), null, null, 3);
        JsonNode body = body(sample.build(), "s", 0);
        assertThat(body.at(pointer).stringValue()).isEqualTo("object");
        assertThat(body.path("tools").size()).isEqualTo(3);
        assertThat(body).isEqualTo(body(sample.build(), "s", 0));
    }

    @Test
    void seedsAndSaltsDecide() throws Exception {
        WorkloadSpecification workload = workload(Endpoint.CHAT, new ImageSettings(1, 16, 16), null);
        assertThat(body(workload, "a", 3)).isEqualTo(body(workload, "a", 3));
        assertThat(body(workload, "a", 3).at("/messages/0/content/1"))
                .isNotEqualTo(body(workload, "b", 3).at("/messages/0/content/1"));
    }
}
