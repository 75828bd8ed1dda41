package aifactory.server.process;

import aifactory.protocol.ServerFailure.Cause;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells from how a server ended and from its last lines why it did. The words are those of vLLM, SGLang, llama.cpp,
 * PyTorch, CUDA, Python and Apptainer. Stateless.
 */
public final class FailureCauses {
    private static final int NOT_EXECUTABLE = 126;
    private static final int NOT_FOUND = 127;
    private static final int SIGNAL = 128;
    private static final int SIGKILL = 9;

    /** The first that matches counts: what went wrong first is what matters, and consequences come later. */
    private static final List<Sign> SIGNS = List.of(
            sign(
                    Cause.PORT_TAKEN,
                    "address already in use|errno 98|couldn't bind (http )?server socket|failed to bind|port \\d+ is"
                            + " (already )?in use",
                    "its port is in use: choose another with server.port"),
            sign(
                    Cause.OUT_OF_GPU_MEMORY,
                    "cuda out of memory|outofmemoryerror|hip out of memory|cudamalloc failed|cuda error: out of memory"
                            + "|failed to allocate .*(cuda|vram|rocm)|free memory on device .* is less than desired"
                            + "|no available memory for the cache blocks|not enough memory\\. please try to increase"
                            + " --mem-fraction|larger than the (maximum number of tokens|available kv cache memory)",
                    "it needs more GPU memory than available: use more GPUs, a smaller context or batch, or another"
                            + " gpu_memory_fraction"),
            sign(
                    Cause.MODEL_NOT_FOUND,
                    "failed to load model|error loading model|failed to open gguf|repository ?not ?found|is not a"
                            + " valid model identifier|is not a local folder|does not appear to have a file"
                            + " named|hfvalidationerror|gated repo|can't load the configuration of|no such file or"
                            + " directory: .*(config\\.json|safetensors|gguf)"
                            + "|invalid repository id or local directory",
                    "its model cannot be loaded: check server.model, and that the node sees it"),
            sign(
                    Cause.WRONG_ARGUMENTS,
                    "unrecognized arguments?|invalid argument|unknown argument|error: argument|the following"
                            + " arguments are required|invalid choice|unexpected extra argument|no such option",
                    "it rejects its arguments: correct server.command or server.arguments"),
            sign(
                    Cause.IMAGE_UNUSABLE,
                    "could not open image|failed to mount image|image format not recognized|while loading"
                            + " container|no suitable image|while checking image",
                    "its container image cannot be used: check server.container"),
            sign(
                    Cause.COMMAND_NOT_FOUND,
                    "executable file not found|command not found|no such file or directory.*exec|exec format error"
                            + "|error=2, no such file|error while loading shared libraries",
                    "its command cannot be started there: check the first word of server.command, and the container"));

    private FailureCauses() {}

    /**
     * What was concluded.
     *
     * @param message with the remedy, for users
     */
    public record Conclusion(Cause cause, String message) {}

    /**
     * @param exitCode 128 and the signal's number where one ended it
     * @param lines the last of its output
     * @param wasReady whether it had answered before
     */
    public static Conclusion of(int exitCode, List<String> lines, boolean wasReady) {
        Sign sign = find(lines);
        if (sign != null && !(wasReady && sign.cause != Cause.OUT_OF_GPU_MEMORY)) {
            return new Conclusion(sign.cause, sign.words);
        }
        if (!wasReady && (exitCode == NOT_FOUND || exitCode == NOT_EXECUTABLE)) {
            return new Conclusion(
                    Cause.COMMAND_NOT_FOUND,
                    "its command cannot be started there (exit code " + exitCode
                            + "): check the first word of server.command");
        }
        if (exitCode == SIGNAL + SIGKILL) {
            return new Conclusion(
                    Cause.KILLED,
                    "it was killed by signal 9: by a user, or by the kernel or Slurm because the node ran out of memory"
                            + " (profile.mem)");
        }
        if (exitCode > SIGNAL) {
            return new Conclusion(Cause.KILLED, "it was ended by signal " + (exitCode - SIGNAL));
        }
        return new Conclusion(Cause.ENDED, "it ended by itself with exit code " + exitCode);
    }

    private static @Nullable Sign find(List<String> lines) {
        for (String line : lines) {
            for (Sign sign : SIGNS) {
                if (sign.pattern.matcher(line).find()) {
                    return sign;
                }
            }
        }
        return null;
    }

    private static Sign sign(Cause cause, String pattern, String words) {
        return new Sign(cause, Pattern.compile(pattern, Pattern.CASE_INSENSITIVE), words);
    }

    private record Sign(Cause cause, Pattern pattern, String words) {}
}
