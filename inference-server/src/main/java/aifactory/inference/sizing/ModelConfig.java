package aifactory.inference.sizing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A config.json as transformers writes it, under the names of several generations of models. */
final class ModelConfig {
    private static final int MOST_LAYERS = 10_000;
    private static final int MOST_HEADS = 100_000;
    private static final int MOST_DIMENSION = 1_000_000;

    private final JsonNode whole;
    /** The part about text; models that also see have it apart. */
    private final JsonNode text;

    ModelConfig(JsonNode whole) {
        this.whole = whole;
        this.text = whole.path("text_config").isObject() ? whole.path("text_config") : whole;
    }

    boolean isQuantized() {
        return quantization().isObject();
    }

    String weightFormat() {
        if (!isQuantized()) {
            return type();
        }
        String method = quantization().path("quant_method").asString("quantized");
        int bits = quantization().path("bits").asInt(0);
        return bits > 0 ? method + ", " + bits + " bit" : method;
    }

    /** Bits of a number that is not quantized. */
    int storageBits() {
        return switch (type()) {
            case "float32", "float" -> 32;
            case "float64", "double" -> 64;
            case "float8_e4m3fn", "float8_e5m2" -> 8;
            default -> 16;
        };
    }

    @Nullable
    Integer attentionHeads() {
        return number(MOST_HEADS, "num_attention_heads", "n_head", "n_heads");
    }

    @Nullable
    Integer contextLengthTokens() {
        return number(
                Integer.MAX_VALUE, "max_position_embeddings", "n_positions", "max_seq_len", "seq_length", "n_ctx");
    }

    KeyValueCache cache() {
        Integer layers = number(MOST_LAYERS, "num_hidden_layers", "n_layer", "n_layers", "num_layers");
        Integer heads = attentionHeads();
        if (layers == null || heads == null) {
            return new KeyValueCache.Unknown("config.json has no usable num_hidden_layers and num_attention_heads");
        }
        Integer latent = number(MOST_DIMENSION, "kv_lora_rank");
        Integer position = number(MOST_DIMENSION, "qk_rope_head_dim");
        if (latent != null && position != null) {
            return new KeyValueCache.Latent(layers, latent, position);
        }
        Integer dimension = number(MOST_DIMENSION, "head_dim", "attention_head_dim");
        Integer hidden = number(100_000_000, "hidden_size", "n_embd", "d_model");
        Integer keyDimension = dimension != null ? dimension : hidden == null ? null : (Integer) (hidden / heads);
        if (keyDimension == null || keyDimension == 0) {
            return new KeyValueCache.Unknown("config.json has no usable head_dim and hidden_size");
        }
        Integer value = number(MOST_DIMENSION, "v_head_dim");
        return new KeyValueCache.Heads(
                headsByLayer(layers, keyValueHeads(heads)), keyDimension, value != null ? value : keyDimension);
    }

    private int keyValueHeads(int heads) {
        Integer given = number(MOST_HEADS, "num_key_value_heads", "num_kv_heads", "n_head_kv", "multi_query_group_num");
        if (given != null) {
            return given;
        }
        return text.path("multi_query").asBoolean(false)
                        && !text.path("new_decoder_architecture").asBoolean(false)
                ? 1
                : heads;
    }

    /** Layers of linear attention and similar layers keep a state of constant size for any sequence length. */
    private List<Integer> headsByLayer(int layers, int keyValueHeads) {
        JsonNode types = text.path("layer_types");
        if (types.size() != layers) {
            return Collections.nCopies(layers, keyValueHeads);
        }
        List<Integer> heads = new ArrayList<>();
        for (JsonNode type : types) {
            boolean grows = type.asString("").endsWith("attention")
                    && !type.asString("").startsWith("linear");
            heads.add(grows ? keyValueHeads : 0);
        }
        return heads;
    }

    private JsonNode quantization() {
        return whole.path("quantization_config").isObject()
                ? whole.path("quantization_config")
                : text.path("quantization_config");
    }

    private String type() {
        for (JsonNode node : List.of(text, whole)) {
            for (String name : List.of("dtype", "torch_dtype")) {
                if (node.path(name).isString()) {
                    String type = node.path(name).asString();
                    return type.startsWith("torch.") ? type.substring(6) : type.toLowerCase(Locale.ROOT);
                }
            }
        }
        return "16 bit, as most are";
    }

    /** The first of the names that has a whole number from 1 to the most. */
    private @Nullable Integer number(int most, String... names) {
        for (String name : names) {
            JsonNode value = text.path(name);
            if (value.isIntegralNumber() && value.canConvertToInt() && value.asInt() >= 1 && value.asInt() <= most) {
                return value.asInt();
            }
        }
        return null;
    }
}
