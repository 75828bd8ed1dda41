package aifactory.slurm.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.slurm.JobOptions.Option;
import org.junit.jupiter.api.Test;

class SbatchDirectivesTest {
    @Test
    void theyAreReadAsSbatchReadsThem() throws Exception {
        String script = """
                #!/bin/bash
                #SBATCH --nodes=4 -c 2 # the rest is a comment --mem=1G
                #SBATCH -pcpu
                # SBATCH --not=one
                #SBATCH --comment="a b # c" --wckey=it\\'s
                #SBATCH --exclusive
                #SBATCH --account research

                echo
                #SBATCH --too=late
                """;

        assertThat(SbatchDirectives.parse(script))
                .containsExactly(
                        new Option("nodes", "4"),
                        new Option("cpus-per-task", "2"),
                        new Option("partition", "cpu"),
                        new Option("comment", "a b # c"),
                        new Option("wckey", "it's"),
                        new Option("exclusive", null),
                        new Option("account", "research"));
    }

    @Test
    void whatSbatchWouldRefuseIsRefused() {
        assertThatThrownBy(() -> SbatchDirectives.parse("#!/bin/sh\n#SBATCH --comment=\"open\n"))
                .hasMessageContaining("a quote that is not closed");
        assertThatThrownBy(() -> SbatchDirectives.parse("#!/bin/sh\n#SBATCH nodes=4\n"))
                .hasMessageContaining("has 'nodes=4' where an option belongs");
        assertThatThrownBy(() -> SbatchDirectives.parse("#!/bin/sh\n#SBATCH -Z\n"))
                .hasMessageContaining("uses the short option -Z");
    }
}
