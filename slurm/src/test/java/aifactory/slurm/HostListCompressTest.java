package aifactory.slurm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HostListCompressTest {
    @Test
    void namesInARowBecomeARange() {
        assertThat(HostList.compress(List.of("node003", "node001", "node002", "node007")))
                .isEqualTo("node[001-003,007]");
        assertThat(HostList.compress(List.of("node001"))).isEqualTo("node001");
        assertThat(HostList.compress(List.of())).isEmpty();
    }

    @Test
    void widthsAndPrefixesStayApart() {
        assertThat(HostList.compress(List.of("a9", "a10", "b1", "login"))).isEqualTo("a9,a10,b1,login");
    }

    @Test
    void expandingGivesTheNamesBack() {
        List<String> names = List.of("gpu-01", "gpu-02", "gpu-11", "login", "x7", "x8");
        assertThat(HostList.expand(HostList.compress(names))).containsExactlyInAnyOrderElementsOf(names);
    }
}
