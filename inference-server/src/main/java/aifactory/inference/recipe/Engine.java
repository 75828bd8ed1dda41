package aifactory.inference.recipe;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The programs that recipes are known for. */
public enum Engine {
    VLLM("vllm"),
    SGLANG("sglang"),
    LLAMA_CPP("llama.cpp");

    private final String label;

    Engine(String label) {
        this.label = label;
    }

    /** As users write it. */
    public String label() {
        return label;
    }

    /** The engine of that label. */
    public static Engine of(String label) {
        String wanted = label.strip().toLowerCase(Locale.ROOT);
        for (Engine engine : values()) {
            if (engine.label.equals(wanted)) {
                return engine;
            }
        }
        throw new RecipeException("there is no recipe for the engine " + label + ": take one of "
                + Arrays.stream(values()).map(Engine::label).collect(Collectors.joining(", "))
                + ", or give the server's command");
    }
}
