package aifactory.commandline.load;

import aifactory.commandline.failure.CommandFailure;
import aifactory.inference.sizing.GpuMemory;
import aifactory.inference.sizing.Layout;
import aifactory.inference.sizing.MemorySizing;
import aifactory.inference.sizing.ModelFacts;
import aifactory.inference.sizing.ModelFactsReader;
import aifactory.inference.sizing.SizingException;
import aifactory.protocol.ServerRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether the servers of a benchmark file have the GPU memory that their model needs.
 *
 * @param lines the arithmetic, for users
 * @param fits null if unknown
 */
public record ServerSizing(List<String> lines, @Nullable Boolean fits) {
    private static final double USUAL_FRACTION = 0.9;
    private static final double GIBIBYTE = 1 << 30;

    /** How many nodes the servers take in addition to those of the clients. */
    public static int nodes(@Nullable ServerRequest server) {
        if (server == null || server.group() != null) {
            return 0;
        }
        int replicas = Objects.requireNonNullElse(server.replicas(), 1);
        int nodes = Objects.requireNonNullElse(server.nodes(), 1);
        return Math.ceilDiv(replicas * nodes, Math.max(1, Objects.requireNonNullElse(server.replicasPerNode(), 1)));
    }

    /**
     * @param gpuMemoryGib of one GPU; null where it is not known
     * @throws CommandFailure with exit code 2 for what cannot be
     */
    public static ServerSizing of(ServerRequest server, @Nullable Double gpuMemoryGib) {
        String model = server.model();
        if (model == null) {
            return new ServerSizing(
                    List.of("the server block names no model, so nothing is known of the memory that it needs"), null);
        }
        try {
            Path path = Path.of(model);
            boolean isPath = model.startsWith("/") || model.startsWith(".");
            if (isPath && !Files.exists(path)) {
                return new ServerSizing(
                        List.of("the model " + model + " is not on this machine: run this where it is, or name it"),
                        null);
            }
            ModelFacts facts = ModelFactsReader.read(model, isPath ? path : null);
            if (gpuMemoryGib == null) {
                return new ServerSizing(withoutGpu(facts), null);
            }
            MemorySizing sizing = sizing(server, facts, gpuMemoryGib);
            return new ServerSizing(sizing.explanation(), sizing.fits());
        } catch (SizingException e) {
            throw CommandFailure.wrongInput("server: " + e.getMessage());
        }
    }

    private static List<String> withoutGpu(ModelFacts facts) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%s (%s): weights %.1f GiB as %s",
                facts.model(),
                facts.source(),
                facts.weightBytes() / GIBIBYTE,
                facts.weightFormat()));
        lines.addAll(facts.notes());
        lines.add(
                "--gpu-memory-gib 80, for example, shows whether it fits GPUs of that memory, and how many sequences");
        return lines;
    }

    private static MemorySizing sizing(ServerRequest server, ModelFacts facts, double gpuMemoryGib) {
        int perNode = Math.max(1, Objects.requireNonNullElse(server.replicasPerNode(), 1));
        int nodes = Objects.requireNonNullElse(server.nodes(), 1);
        int tensorParallel = whole(server, "tensor_parallel", 0);
        int usualGpus = tensorParallel == 0 ? 1 : Math.ceilDiv(tensorParallel, nodes);
        int gpus = Math.max(1, server.gpus() == null ? usualGpus : server.gpus() / perNode);
        int within = tensorParallel == 0 ? gpus : tensorParallel;
        int context = whole(server, "max_model_len", 0);
        double fraction = Objects.requireNonNullElse(server.gpuMemoryFraction(), USUAL_FRACTION);
        return MemorySizing.of(
                facts,
                GpuMemory.of((long) (gpuMemoryGib * GIBIBYTE), fraction, gpus),
                new Layout(within, Math.max(1, gpus * nodes / within)),
                context == 0 ? null : Integer.valueOf(context));
    }

    private static int whole(ServerRequest server, String name, int otherwise) {
        Object value = server.arguments() == null ? null : server.arguments().get(name);
        return value instanceof Number number && number.intValue() > 0 ? number.intValue() : otherwise;
    }
}
