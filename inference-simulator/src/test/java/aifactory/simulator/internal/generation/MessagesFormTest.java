package aifactory.simulator.internal.generation;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.simulator.internal.generation.DialectForm.Answer;
import aifactory.simulator.internal.generation.DialectForm.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Content blocks are numbered from 0 without gaps, each started and ended, as the official client requires. */
final class MessagesFormTest {
    private static final Pattern BLOCK = Pattern.compile("\"type\":\"content_block_(\\w+)\",\"index\":(-?\\d+)");
    private static final Answer ANSWER =
            new Answer(new AnswerIdentity(EndpointKind.MESSAGES, "msg_1", 0, "\"m\"", 7), 3);

    private static List<String> blocks(Kind... kinds) {
        MessagesForm form = new MessagesForm();
        List<String> pieces = new ArrayList<>(form.opening(ANSWER));
        Kind last = null;
        for (Kind kind : kinds) {
            pieces.add(form.content(ANSWER, kind, " word", kind != last));
            last = kind;
        }
        pieces.addAll(form.closing(ANSWER, "", kinds.length, "stop", true));
        assertThat(pieces).doesNotContain("").last().asString().contains("message_stop");
        List<String> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(String.join("", pieces));
        while (matcher.find()) {
            blocks.add(matcher.group(1) + " " + matcher.group(2));
        }
        return blocks;
    }

    @Test
    void textAloneIsTheFirstBlock() {
        assertThat(blocks(Kind.TEXT, Kind.TEXT)).containsExactly("start 0", "delta 0", "delta 0", "stop 0");
        assertThat(blocks(Kind.TOOL_CALL)).containsExactly("start 0", "delta 0", "stop 0");
    }

    @Test
    void reasoningEndsBeforeTheTextBegins() {
        assertThat(blocks(Kind.REASONING, Kind.TEXT))
                .containsExactly("start 0", "delta 0", "stop 0", "start 1", "delta 1", "stop 1");
    }

    @Test
    void anAnswerWithoutContentHasNoBlocks() {
        assertThat(blocks()).isEmpty();
    }
}
