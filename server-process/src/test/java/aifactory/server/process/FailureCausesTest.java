package aifactory.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.ServerFailure.Cause;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Words that servers really say when they do not start. */
final class FailureCausesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            PORT_TAKEN        | OSError: [Errno 98] Address already in use
            PORT_TAKEN        | srv  start: couldn't bind HTTP server socket, hostname: 10.0.0.3, port: 8080
            OUT_OF_GPU_MEMORY | torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.96 GiB. GPU 0 has a total capacity of 39.39 GiB
            OUT_OF_GPU_MEMORY | ValueError: Free memory on device (12.3/39.4 GiB) on startup is less than desired GPU memory utilization (0.9, 35.5 GiB).
            OUT_OF_GPU_MEMORY | ValueError: No available memory for the cache blocks. Try increasing `gpu_memory_utilization`
            OUT_OF_GPU_MEMORY | ggml_backend_cuda_buffer_type_alloc_buffer: allocating 9216.00 MiB on device 0: cudaMalloc failed: out of memory
            OUT_OF_GPU_MEMORY | RuntimeError: Not enough memory. Please try to increase --mem-fraction-static.
            MODEL_NOT_FOUND   | error loading model: failed to open GGUF file 'x.gguf'
            MODEL_NOT_FOUND   | OSError: meta-llama/Nope is not a local folder and is not a valid model identifier listed on 'https://huggingface.co/models'
            MODEL_NOT_FOUND   | huggingface_hub.errors.RepositoryNotFoundError: 404 Client Error.
            MODEL_NOT_FOUND   | OSError: Can't load the configuration of '/models/x'. If you were trying to load it from the Hub
            WRONG_ARGUMENTS   | vllm: error: unrecognized arguments: --max-num-seq 4
            WRONG_ARGUMENTS   | error: invalid argument: --parallell
            IMAGE_UNUSABLE    | FATAL:   could not open image /x.sif: image format not recognized
            COMMAND_NOT_FOUND | FATAL:   "vllm": executable file not found in $PATH
            """)
    void namesTheCause(Cause cause, String line) {
        FailureCauses.Conclusion conclusion =
                FailureCauses.of(1, List.of("INFO starting", line, "shutting down"), false);
        assertThat(conclusion.cause()).isEqualTo(cause);
        assertThat(conclusion.message()).contains(":");
    }

    @Test
    void goesByTheExitCodeWhereTheWordsTellNothing() {
        assertThat(FailureCauses.of(127, List.of(), false).cause()).isEqualTo(Cause.COMMAND_NOT_FOUND);
        assertThat(FailureCauses.of(137, List.of("fine"), true).cause()).isEqualTo(Cause.KILLED);
        assertThat(FailureCauses.of(137, List.of("fine"), true).message()).contains("signal 9", "memory");
        assertThat(FailureCauses.of(139, List.of(), true).message()).contains("signal 11");
        assertThat(FailureCauses.of(3, List.of("bye"), true).message()).contains("exit code 3");
    }

    @Test
    void whatWasSaidBeforeItWasReadyIsNotTheCauseOfItsEnd() {
        List<String> lines = List.of("warning: invalid argument in a request");
        assertThat(FailureCauses.of(1, lines, true).cause()).isEqualTo(Cause.ENDED);
        assertThat(FailureCauses.of(1, List.of("CUDA out of memory"), true).cause())
                .isEqualTo(Cause.OUT_OF_GPU_MEMORY);
    }
}
