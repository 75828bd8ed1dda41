package aifactory.inference.sizing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The facts of a model in GGUF files. Keys: ggml, docs/gguf.md, "LLM" and "Attention". */
final class GgufModel {
    private static final Pattern SHARD = Pattern.compile("(.*-)(\\d{5})-of-(\\d{5})\\.gguf");
    private static final long MOST_LAYERS = 10_000;

    private GgufModel() {}

    static ModelFacts read(String model, Path file) throws IOException {
        List<Path> files = shards(file);
        GgufHeader first = GgufHeader.read(files.getFirst());
        long parameters = 0;
        long bytes = 0;
        Map<TensorType, Long> bytesByType = new EnumMap<>(TensorType.class);
        for (Path each : files) {
            GgufHeader header = each.equals(files.getFirst()) ? first : GgufHeader.read(each);
            parameters = add(parameters, header.parameters());
            bytes = add(bytes, header.weightBytes());
            header.bytesByType().forEach((type, size) -> bytesByType.merge(type, size, GgufModel::add));
        }
        if (bytesByType.isEmpty()) {
            throw new SizingException(
                    file + " holds no tensors, as files of a vocabulary alone: give the file of the model");
        }
        TensorType main = Collections.max(bytesByType.entrySet(), Map.Entry.comparingByValue())
                .getKey();
        String architecture = first.text("general.architecture");
        Integer heads = largest(first, architecture + ".attention.head_count", 1_000_000);
        return new ModelFacts(
                model,
                "the header of " + file + (files.size() > 1 ? " and its " + (files.size() - 1) + " other files" : ""),
                false,
                parameters,
                main.name(),
                bytes,
                heads,
                largest(first, architecture + ".context_length", Integer.MAX_VALUE),
                architecture == null
                        ? new KeyValueCache.Unknown("the file has no general.architecture")
                        : cache(first, architecture),
                List.of());
    }

    private static List<Path> shards(Path file) {
        Matcher matcher = SHARD.matcher(String.valueOf(file.getFileName()));
        if (!matcher.matches()) {
            return List.of(file);
        }
        List<Path> files = new ArrayList<>();
        int count = Integer.parseInt(matcher.group(3));
        for (int i = 1; i <= count; i++) {
            Path shard = file.resolveSibling(
                    String.format(Locale.ROOT, "%s%05d-of-%s.gguf", matcher.group(1), i, matcher.group(3)));
            if (!Files.isRegularFile(shard)) {
                throw new SizingException(
                        "the model's file " + shard + " is missing: copy all " + count + " files into one directory");
            }
            files.add(shard);
        }
        if (files.isEmpty()) {
            throw new SizingException(
                    file + " says that it is one of no files: give it the name it was published with");
        }
        return files;
    }

    private static KeyValueCache cache(GgufHeader header, String architecture) {
        String attention = architecture + ".attention.";
        Integer layers = largest(header, architecture + ".block_count", MOST_LAYERS);
        Integer heads = largest(header, attention + "head_count", 1_000_000);
        if (layers == null || heads == null) {
            return new KeyValueCache.Unknown(
                    "the file has no usable " + architecture + ".block_count and " + attention + "head_count");
        }
        Integer latent = largest(header, attention + "kv_lora_rank", 1_000_000);
        Integer position = largest(header, architecture + ".rope.dimension_count", 1_000_000);
        if (latent != null && position != null && largest(header, attention + "key_length_mla", 1_000_000) != null) {
            return new KeyValueCache.Latent(layers, latent, position);
        }
        Integer key = largest(header, attention + "key_length", 1_000_000);
        Integer embedding = largest(header, architecture + ".embedding_length", 100_000_000);
        Integer keyDimension = key != null ? key : embedding == null ? null : (Integer) (embedding / heads);
        if (keyDimension == null || keyDimension == 0) {
            return new KeyValueCache.Unknown(
                    "the file has no usable " + attention + "key_length and " + architecture + ".embedding_length");
        }
        Integer value = largest(header, attention + "value_length", 1_000_000);
        List<Integer> byLayer = headsByLayer(header, attention + "head_count_kv", layers, heads);
        return byLayer == null
                ? new KeyValueCache.Unknown(
                        "the file's " + attention + "head_count_kv is not one number or one for each layer")
                : new KeyValueCache.Heads(byLayer, keyDimension, value != null ? value : keyDimension);
    }

    private static @Nullable List<Integer> headsByLayer(GgufHeader header, String name, int layers, int heads) {
        List<Long> given = header.numbers(name);
        if (given.stream().anyMatch(count -> count < 0 || count > heads)) {
            return null;
        }
        if (given.size() <= 1) {
            return Collections.nCopies(
                    layers, given.isEmpty() ? heads : given.getFirst().intValue());
        }
        return given.size() == layers ? given.stream().map(Long::intValue).toList() : null;
    }

    /** The number, or the largest of an array; null if no number from 1 to the maximum is given. */
    private static @Nullable Integer largest(GgufHeader header, String key, long most) {
        long largest =
                header.numbers(key).stream().mapToLong(Long::longValue).max().orElse(0);
        return largest >= 1 && largest <= most ? (int) largest : null;
    }

    private static long add(long one, long other) {
        if (other > Long.MAX_VALUE - one) {
            throw new SizingException(
                    "the model's files say that they hold more than " + Long.MAX_VALUE + " bytes: copy them again");
        }
        return one + other;
    }
}
