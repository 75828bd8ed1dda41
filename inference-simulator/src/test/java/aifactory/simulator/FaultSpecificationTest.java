package aifactory.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultSpecificationTest {
    @Test
    void readsAKindWithItsMainValueAndItsKeys() {
        assertThat(FaultSpecification.parse(" stall:2s, token=5 ,probability=0.25"))
                .isEqualTo(new FaultSpecification(
                        FaultKind.STALL,
                        Map.of(FaultParameter.FOR, 2_000_000_000L, FaultParameter.TOKEN, 5L),
                        "",
                        0.25,
                        1,
                        Long.MAX_VALUE));
        assertThat(FaultSpecification.parse("server-stall:at=3s,for=2s").numbers())
                .isEqualTo(Map.of(FaultParameter.AT, 3_000_000_000L, FaultParameter.FOR, 2_000_000_000L));
        assertThat(FaultSpecification.parse("content-type:text/html").type()).isEqualTo("text/html");
    }

    @Test
    void fillsInDefaults() {
        FaultSpecification fault = FaultSpecification.parse("split:every=3,first=10");
        assertThat(fault.number(FaultParameter.BYTES)).isEqualTo(7);
        assertThat(fault.number(FaultParameter.GAP)).isZero();
        assertThat(fault.every()).isEqualTo(3);
        assertThat(fault.first()).isEqualTo(10);
        assertThat(FaultSpecification.parse("content-type").type()).isEqualTo("text/plain");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    stauts:429              | there is no fault 'stauts'; there are status, error-body
                    ""                      | there is no fault ''
                    status                  | status needs code=…
                    server-stall:2s         | server-stall needs at=…
                    status:99               | code=99 is not within 400 and 599
                    status:abc              | code=abc is not a whole number
                    status:429,every=0      | every=0 is not at least 1
                    status:429,every=x      | every=x is not a whole number
                    status:429,probability=2| probability=2 is not above 0 and at most 1
                    status:429,probability=x| probability=x is not a number
                    status:429,color=red    | status has no 'color'; keys are code, retry-after, probability, every, first
                    status:429,500          | '500' is not KEY=VALUE
                    endless:5               | '5' is not KEY=VALUE; keys are probability, every, first
                    endless:token=5         | endless has no 'token'
                    stall:two               | 'two' is not a duration
                    stall:0s                | for=0s must be longer than 0
                    server-stall:2s,at=1s,every=2     | server-stall has no 'every'; keys are for, at, period
                    server-stall:2s,at=1s,period=2s   | period must be longer than for
                    content-type:a b        | type='a b' is not a media type
                    """)
    void whatCannotBeReadIsNamed(String text, String message) {
        assertThatThrownBy(() -> FaultSpecification.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("--fault '" + text + "': ")
                .hasMessageContaining(message);
    }
}
