package aifactory.inference.recipe;

import aifactory.inference.sizing.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The recipes of each engine. Sources, with the versions that were read, are in docs/adr, "servers by recipe":
 *
 * <ul>
 *   <li>vLLM: docs/serving/parallelism_scaling.md, "Running vLLM with MultiProcessing"; vllm/config/parallel.py
 *   <li>SGLang: docs.sglang.io, "Multi-Node Deployment" and "Server Arguments"
 *   <li>llama.cpp: tools/server/README.md
 * </ul>
 */
public final class Recipes {
    private static final String HEALTH = "/health";

    private Recipes() {}

    /** The recipe for that wish. */
    public static Recipe of(RecipeRequest request) {
        return switch (request.engine()) {
            case VLLM -> vllm(request);
            case SGLANG -> sglang(request);
            case LLAMA_CPP -> llamaCpp(request);
        };
    }

    /** vLLM: tensor parallel within a node, the layers over the nodes; nodes but the first are headless. */
    private static Recipe vllm(RecipeRequest request) {
        int nodes = orOne(request.nodes());
        int gpusPerNode = orOne(request.gpusPerNode());
        Layout layout = layout(request, gpusPerNode);
        List<String> command =
                new ArrayList<>(List.of("vllm", "serve", "{model}", "--host", "{host}", "--port", "{port}"));
        add(command, "--served-model-name", request.model());
        add(command, "--tensor-parallel-size", layout.tensorParallel());
        add(command, "--pipeline-parallel-size", layout.pipelineParallel());
        add(command, "--max-model-len", request.maxModelLen());
        add(command, "--max-num-seqs", request.maxNumSeqs());
        add(command, "--gpu-memory-utilization", request.gpuMemoryFraction());
        List<String> worker = List.of();
        if (nodes > 1) {
            command.addAll(List.of(
                    "--distributed-executor-backend", "mp",
                    "--nnodes", String.valueOf(nodes),
                    "--node-rank", "{node_rank}",
                    "--master-addr", "{head_address}",
                    "--master-port", "{head_port}"));
            worker = List.of("--headless");
        }
        command.addAll(request.extraArguments());
        return new Recipe(command, worker, Map.of(), HEALTH, nodes, gpusPerNode, layout, request.model());
    }

    /** SGLang: tensor parallel over all GPUs of all nodes, as its documentation does; less of it splits the layers. */
    private static Recipe sglang(RecipeRequest request) {
        int nodes = orOne(request.nodes());
        int gpusPerNode = orOne(request.gpusPerNode());
        Layout layout = layout(request, nodes * gpusPerNode);
        List<String> command = new ArrayList<>(List.of(
                "python3",
                "-m",
                "sglang.launch_server",
                "--model-path",
                "{model}",
                "--host",
                "{host}",
                "--port",
                "{port}"));
        add(command, "--served-model-name", request.model());
        add(command, "--tp-size", layout.tensorParallel());
        if (layout.pipelineParallel() > 1) {
            add(command, "--pp-size", layout.pipelineParallel());
        }
        add(command, "--context-length", request.maxModelLen());
        add(command, "--max-running-requests", request.maxNumSeqs());
        add(command, "--mem-fraction-static", request.gpuMemoryFraction());
        if (nodes > 1) {
            command.addAll(List.of(
                    "--nnodes", String.valueOf(nodes),
                    "--node-rank", "{node_rank}",
                    "--dist-init-addr", "{head_address}:{head_port}"));
        }
        // Its figures are at /metrics only when asked for.
        command.add("--enable-metrics");
        command.addAll(request.extraArguments());
        return new Recipe(command, List.of(), Map.of(), HEALTH, nodes, gpusPerNode, layout, request.model());
    }

    /** llama.cpp: the layers over the GPUs of one node. Its context is one pool, which the slots share evenly. */
    private static Recipe llamaCpp(RecipeRequest request) {
        refuseWhatLlamaCppLacks(request);
        int gpusPerNode = orOne(request.gpusPerNode());
        List<String> command =
                new ArrayList<>(List.of("llama-server", "-m", "{model}", "--host", "{host}", "--port", "{port}"));
        add(command, "--alias", request.model());
        add(command, "-np", request.maxNumSeqs());
        if (request.maxModelLen() != null) {
            add(command, "-c", poolTokens(request.maxModelLen(), orOne(request.maxNumSeqs())));
            if (request.maxNumSeqs() == null) {
                add(command, "-np", 1);
            }
        }
        command.addAll(List.of("-ngl", "all", "--metrics"));
        command.addAll(request.extraArguments());
        return new Recipe(
                command, List.of(), Map.of(), HEALTH, 1, gpusPerNode, new Layout(1, gpusPerNode), request.model());
    }

    private static void refuseWhatLlamaCppLacks(RecipeRequest request) {
        if (request.modelPath() == null) {
            throw new RecipeException("llama.cpp needs the file of " + request.model()
                    + ": give the path of a .gguf file, for the nodes have no internet to fetch it");
        }
        if (orOne(request.nodes()) > 1) {
            throw new RecipeException("nodes is " + request.nodes()
                    + ", but llama.cpp has a recipe for one: take replicas, or vllm or sglang for a model"
                    + " that one node cannot hold");
        }
        if (orOne(request.tensorParallel()) > 1) {
            throw new RecipeException("tensor_parallel is " + request.tensorParallel()
                    + ", but llama.cpp splits layers over the GPUs that it sees: give gpus instead");
        }
        if (request.gpuMemoryFraction() != null) {
            throw new RecipeException("gpu_memory_fraction is " + request.gpuMemoryFraction()
                    + ", but llama.cpp takes what its layers and context need: leave it out, and lower"
                    + " max_model_len or max_num_seqs");
        }
    }

    private static int poolTokens(int maxModelLen, int maxNumSeqs) {
        long tokens = (long) maxModelLen * maxNumSeqs;
        if (tokens > Integer.MAX_VALUE) {
            throw new RecipeException("max_model_len " + maxModelLen + " x max_num_seqs " + maxNumSeqs + " = " + tokens
                    + " tokens are more than llama.cpp can hold: lower one of them");
        }
        return (int) tokens;
    }

    private static Layout layout(RecipeRequest request, int usualTensorParallel) {
        int gpusPerNode = orOne(request.gpusPerNode());
        int nodes = orOne(request.nodes());
        int gpus = nodes * gpusPerNode;
        int tensorParallel = request.tensorParallel() == null ? usualTensorParallel : request.tensorParallel();
        if (tensorParallel > gpus || gpus % tensorParallel != 0) {
            throw new RecipeException("tensor_parallel is " + tensorParallel + ", but " + nodes + " nodes x "
                    + gpusPerNode + " GPUs = " + gpus + " GPUs are no multiple of it: give a divisor of " + gpus
                    + ", or other gpus and nodes");
        }
        return new Layout(tensorParallel, gpus / tensorParallel);
    }

    private static int orOne(@Nullable Integer number) {
        return number == null ? 1 : number;
    }

    private static void add(List<String> command, String option, @Nullable Object value) {
        if (value != null) {
            command.add(option);
            command.add(String.valueOf(value));
        }
    }
}
