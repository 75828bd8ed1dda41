package aifactory.workload.prompt;

import aifactory.workload.AudioSettings;
import aifactory.workload.ImageSettings;
import aifactory.workload.SeededHash;
import aifactory.workload.WorkloadSpecification;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Prompts of users with synthetic images and audio clips, which are made and encoded once, before the load: a pool of
 * each, from which a turn takes in a separate order.
 */
public final class PromptsWithMedia implements PromptSource {
    /** Different images, or clips, in a pool; more where a request has more. */
    private static final int POOL = 16;

    private final PromptSource texts;
    private final MediaForm form;
    private final int imagesPerTurn;
    private final int clipsPerTurn;
    private final List<byte[]> images = new ArrayList<>();
    private final List<byte[]> clips = new ArrayList<>();
    private final long seed;

    private PromptsWithMedia(PromptSource texts, MediaForm form, WorkloadSpecification specification, String salt) {
        this.texts = texts;
        this.form = form;
        String used = specification.samePrompts() ? "" : salt;
        this.seed = specification.seed() ^ SeededHash.ofText(used);
        ImageSettings image = specification.payload().images();
        AudioSettings audio = specification.payload().audio();
        this.imagesPerTurn = image == null ? 0 : image.count();
        this.clipsPerTurn = audio == null ? 0 : audio.count();
        for (int i = 0; image != null && i < Math.max(POOL, imagesPerTurn); i++) {
            images.add(encoded(SyntheticImage.png(SeededHash.mix(seed + i), image.width(), image.height())));
        }
        for (int i = 0; audio != null && i < Math.max(POOL, clipsPerTurn); i++) {
            clips.add(encoded(SyntheticAudio.wav(SeededHash.mix(seed - 1 - i), audio.duration())));
        }
    }

    /** The prompts with the workload's media; the same prompts where it has none. */
    public static PromptSource of(PromptSource texts, WorkloadSpecification specification, String salt) {
        MediaForm form = MediaForm.of(specification.endpoint());
        boolean hasMedia = specification.payload().images() != null
                || specification.payload().audio() != null;
        return form == null || !hasMedia ? texts : new PromptsWithMedia(texts, form, specification, salt);
    }

    @Override
    public long mediaBytes() {
        return imagesPerTurn * meanBytes(images) + clipsPerTurn * meanBytes(clips);
    }

    private static long meanBytes(List<byte[]> pool) {
        return pool.isEmpty() ? 0 : pool.stream().mapToLong(each -> each.length).sum() / pool.size();
    }

    private static byte[] encoded(byte[] media) {
        return Base64.getEncoder().encode(media);
    }

    @Override
    public int turns(long session) {
        return texts.turns(session);
    }

    @Override
    public long thinkNanos(long session, int turn) {
        return texts.thinkNanos(session, turn);
    }

    @Override
    public int outputTokens(long session, int turn) {
        return texts.outputTokens(session, turn);
    }

    @Override
    public int appendText(long session, int turn, ByteBuilder out) {
        return texts.appendText(session, turn, out);
    }

    @Override
    public void appendMembers(long session, int turn, ByteBuilder out) {
        texts.appendMembers(session, turn, out);
    }

    @Override
    public int appendMessages(long session, int turn, ByteBuilder out) {
        out.append(form.opening());
        int tokens = texts.appendText(session, turn, out);
        out.append(form.afterText());
        long first = SeededHash.mix(seed ^ SeededHash.mix(session * 1_000 + turn)) >>> 1;
        append(images, imagesPerTurn, first, form.imageOpening(), form.imageClosing(), out);
        byte @Nullable [] clipOpening = form.clipOpening();
        if (clipOpening != null && clipsPerTurn > 0) {
            if (imagesPerTurn > 0) {
                out.append(form.separator());
            }
            append(clips, clipsPerTurn, first, clipOpening, form.clipClosing(), out);
        }
        out.append(form.closing());
        return tokens;
    }

    private void append(List<byte[]> pool, int count, long first, byte[] opening, byte[] closing, ByteBuilder out) {
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                out.append(form.separator());
            }
            out.append(opening);
            out.append(pool.get((int) ((first + i) % pool.size())));
            out.append(closing);
        }
    }
}
