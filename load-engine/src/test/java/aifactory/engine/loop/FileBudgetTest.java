package aifactory.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.engine.LoadRefusedException;
import aifactory.workload.GroupShare;
import org.junit.jupiter.api.Test;

class FileBudgetTest {
    @Test
    void someFilesAreKeptBackForTheProcessItself() {
        FileBudget budget = FileBudget.of(1024, 96);

        assertThat(budget.connections()).isEqualTo(800);
        assertThat(budget.connectionsOf(new GroupShare(0, 3))).isEqualTo(267);
        assertThatCode(() -> budget.require(800)).doesNotThrowAnyException();
        assertThatThrownBy(() -> budget.require(801))
                .isInstanceOf(LoadRefusedException.class)
                .hasMessageContaining("801 connections")
                .hasMessageContaining("1024 files")
                .hasMessageContaining("ulimit -n");
    }

    @Test
    void aProcessThatHasNoneLeftStillTriesOne() {
        assertThat(FileBudget.of(100, 99).connections()).isEqualTo(1);
    }
}
