package aifactory.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class HelpTextsTest {
    @Test
    void theFirstSentenceStandsAlone() {
        assertThat(HelpTexts.sentences(List.of("Show a whole", "benchmark. Nothing of it", "stays.")))
                .containsExactly("Show a whole benchmark.", "Nothing of it stays.");
        assertThat(HelpTexts.sentences(List.of("Show it."))).containsExactly("Show it.");
        assertThat(HelpTexts.sentences(List.of())).isEmpty();
    }

    @Test
    void linesThatAreSetInStayAsTheyAre() {
        assertThat(HelpTexts.sentences(List.of("One. Two", "more:", "  a  b", "", "Last.")))
                .containsExactly("One.", "Two more:", "  a  b", "", "Last.");
    }
}
