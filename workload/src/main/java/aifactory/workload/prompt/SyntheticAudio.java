package aifactory.workload.prompt;

import aifactory.workload.SeededHash;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A WAV clip of quiet noise drawn from a seed: 16 kHz, 16 bits, mono. Stateless. */
final class SyntheticAudio {
    private static final int RATE = 16_000;
    private static final int BYTES_PER_SAMPLE = 2;
    private static final int HEADER_BYTES = 44;
    private static final int LOUDEST = 1_000;

    private SyntheticAudio() {}

    /** The same seed and duration give the same bytes. */
    static byte[] wav(long seed, Duration duration) {
        int samples = (int) (duration.toMillis() * RATE / 1_000);
        int bytes = samples * BYTES_PER_SAMPLE;
        ByteBuffer wav = ByteBuffer.allocate(HEADER_BYTES + bytes).order(ByteOrder.LITTLE_ENDIAN);
        wav.put(ascii("RIFF")).putInt(HEADER_BYTES - 8 + bytes).put(ascii("WAVE"));
        wav.put(ascii("fmt ")).putInt(16).putShort((short) 1).putShort((short) 1);
        wav.putInt(RATE)
                .putInt(RATE * BYTES_PER_SAMPLE)
                .putShort((short) BYTES_PER_SAMPLE)
                .putShort((short) 16);
        wav.put(ascii("data")).putInt(bytes);
        for (int sample = 0; sample < samples; sample++) {
            wav.putShort((short) (SeededHash.mix(seed + sample) % LOUDEST));
        }
        return wav.array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
