package aifactory.engine;

import aifactory.simulator.Recording;
import aifactory.simulator.Recording.Segment;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** In what pieces a recorded response is sent. */
enum Segmentation {
    /** As it was received, only sooner. */
    RECORDED {
        @Override
        List<Segment> of(List<Segment> response, Random random) {
            List<Segment> sooner = new ArrayList<>();
            for (Segment segment : response) {
                sooner.add(new Segment(Math.min(LONGEST_NANOS, segment.delayNanos() / 20), segment.bytes()));
            }
            return sooner;
        }
    },
    /** All at once. */
    WHOLE {
        @Override
        List<Segment> of(List<Segment> response, Random random) {
            return List.of(new Segment(0, all(response)));
        }
    },
    /** Cut at random, mostly into small pieces, anywhere: within lines, numbers and characters. */
    RANDOM {
        @Override
        List<Segment> of(List<Segment> response, Random random) {
            byte[] all = all(response);
            int longest = 1 + Math.max(1, all.length / (4 + random.nextInt(60)));
            List<Segment> pieces = new ArrayList<>();
            for (int from = 0; from < all.length; ) {
                int to = Math.min(all.length, from + 1 + random.nextInt(longest));
                pieces.add(new Segment(random.nextInt(100_000), Arrays.copyOfRange(all, from, to)));
                from = to;
            }
            return pieces;
        }
    };

    private static final long LONGEST_NANOS = 2_000_000;

    abstract List<Segment> of(List<Segment> response, Random random);

    /** The recording in these pieces, under a separate name. */
    Recording of(Recording recording, Random random) {
        return new Recording(
                nameOf(recording.name()), recording.path(), of(recording.response(), random), recording.end());
    }

    String nameOf(String recording) {
        return recording + "/" + name().toLowerCase(Locale.ROOT);
    }

    private static byte[] all(List<Segment> response) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        response.forEach(segment -> all.writeBytes(segment.bytes()));
        return all.toByteArray();
    }
}
