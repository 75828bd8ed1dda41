package aifactory.simulator.internal.generation;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes one streamed answer of a dialect. Owned by the answer's event loop. */
final class DialectWriter {
    private final DialectForm form;
    private final DialectForm.Answer answer;
    private final EventEncoder encoder;
    private final AnswerText source;
    private final StringBuilder text = new StringBuilder();
    private DialectForm.@Nullable Kind lastKind;
    private int tokens;

    DialectWriter(DialectForm form, DialectForm.Answer answer, AnswerText source, EventEncoder encoder) {
        this.source = source;
        this.form = form;
        this.answer = answer;
        this.encoder = encoder;
    }

    String contentType() {
        return form.contentType();
    }

    void open(ByteBuf out) {
        form.opening(answer).forEach(piece -> write(out, piece, false));
    }

    /**
     * A piece with generated content.
     *
     * @param filling bytes that are added to it
     * @param isCut whether its end is missing
     * @param isNotUtf8 whether there are bytes in it that are not UTF-8
     */
    void content(
            ByteBuf out,
            DialectForm.Kind kind,
            int firstToken,
            int count,
            int filling,
            boolean isCut,
            boolean isNotUtf8) {
        StringBuilder words = new StringBuilder(count * Vocabulary.BYTES_PER_TOKEN + filling);
        source.append(words, firstToken, count);
        words.repeat('x', filling);
        tokens += count;
        if (kind == DialectForm.Kind.TEXT) {
            text.append(words);
        }
        byte[] piece =
                form.content(answer, kind, words.toString(), kind != lastKind).getBytes(StandardCharsets.UTF_8);
        lastKind = kind;
        if (isNotUtf8) {
            int at = new String(piece, StandardCharsets.ISO_8859_1).lastIndexOf(words.toString());
            byte[] spoilt = EventEncoder.notUtf8();
            System.arraycopy(spoilt, 0, piece, at, Math.min(spoilt.length, words.length()));
        }
        if (isCut) {
            int end = new String(piece, StandardCharsets.ISO_8859_1).lastIndexOf('}');
            byte[] rest = Arrays.copyOfRange(piece, end + 1, piece.length);
            piece = Arrays.copyOf(piece, end + rest.length);
            System.arraycopy(rest, 0, piece, end, rest.length);
        }
        encoder.piece(out, piece, true);
    }

    void close(ByteBuf out, String finishReason, boolean isCounted) {
        form.closing(answer, text.toString(), tokens, finishReason, isCounted)
                .forEach(piece -> write(out, piece, false));
    }

    void error(ByteBuf out, String message) {
        write(out, form.error(message), false);
    }

    private void write(ByteBuf out, String piece, boolean hasContent) {
        encoder.piece(out, piece.getBytes(StandardCharsets.UTF_8), hasContent);
    }
}
