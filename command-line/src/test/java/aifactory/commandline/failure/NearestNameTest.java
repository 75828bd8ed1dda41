package aifactory.commandline.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class NearestNameTest {
    private static final List<String> KNOWN = List.of("request_rate", "request_count", "seed", "isl", "osl");

    @Test
    void findsASlipOfTheFingers() {
        assertThat(NearestName.of("requst_rate", KNOWN)).contains("request_rate");
        assertThat(NearestName.of("reqeust_count", KNOWN)).contains("request_count");
        assertThat(NearestName.of("sede", KNOWN)).contains("seed");
    }

    @Test
    void findsABeginning() {
        assertThat(NearestName.of("request_c", KNOWN)).contains("request_count");
    }

    @Test
    void suggestsNothingForAnotherWord() {
        assertThat(NearestName.of("temperature", KNOWN)).isEmpty();
    }

    @Test
    void countsASwapAsOneEdit() {
        assertThat(NearestName.distance("ab", "ba")).isEqualTo(1);
        assertThat(NearestName.distance("", "abc")).isEqualTo(3);
        assertThat(NearestName.distance("kitten", "sitting")).isEqualTo(3);
    }
}
