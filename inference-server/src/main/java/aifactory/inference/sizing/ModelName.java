package aifactory.inference.sizing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Guesses the size of a model from its name. */
final class ModelName {
    /** "8B", "0.5b", "135M", "8x7B"; not the 3B of "A3B", which are the active ones, nor the 4B of "E4B". */
    private static final Pattern COUNT =
            Pattern.compile("(?<![a-z0-9.])(?:(\\d{1,3})x)?(\\d{1,4}(?:\\.\\d{1,3})?)([bm])(?![a-z0-9])");
    /** "17B-16E": the 17 billion that are active, of 16 experts. */
    private static final Pattern ACTIVE_OF_EXPERTS = Pattern.compile("\\d[bm]-\\d{1,3}e(?![a-z0-9])");

    private static final Pattern GGUF_TYPE =
            Pattern.compile("(?<![a-z0-9])(i?q\\d_(?:[k01]|xxs|xs|s|m|nl))(?:_(?:s|m|l|xl))?(?![a-z0-9])");
    private static final Pattern FOUR_BITS =
            Pattern.compile("awq|gptq|int4|w4a|[^0-9]4-?bit|nvfp4|mxfp4|(?<![a-z0-9])fp4");
    private static final Pattern EIGHT_BITS = Pattern.compile("fp8|int8|w8a|[^0-9]8-?bit");
    private static final Pattern THIRTY_TWO_BITS = Pattern.compile("(?<![a-z0-9])(?:fp32|f32)(?![a-z0-9])");

    private ModelName() {}

    static ModelFacts facts(String model) {
        String name = model.toLowerCase(Locale.ROOT);
        if (ACTIVE_OF_EXPERTS.matcher(name).find()) {
            throw new SizingException("the name " + model
                    + " gives only the active parameters, not the total that has to fit in memory: give the"
                    + " path of its files");
        }
        Count count = count(name);
        if (count == null) {
            throw new SizingException("the name " + model
                    + " has no count of parameters as 8B, 70b, 0.5B or 8x7B: give the path of its files");
        }
        Format format = format(name);
        List<String> notes = new ArrayList<>();
        notes.add("estimated from the name alone: layers, heads and KV cache are unknown; give the path of the model's"
                + " files to know");
        if (count.isProduct) {
            notes.add("experts share what is not theirs, so that " + count.text + " is at most this many parameters");
        }
        if (format.bits < 16) {
            notes.add("embeddings and norms are usually kept in 16 bit, so that the files are larger than this");
        }
        return new ModelFacts(
                model,
                "the name " + model,
                true,
                count.parameters,
                format.name,
                (long) Math.ceil(count.parameters * format.bits / 8),
                null,
                null,
                new KeyValueCache.Unknown(
                        "a name does not include layers and heads: give the path of the model's files"),
                notes);
    }

    /** The largest count in the name: "Qwen2.5-7B-Instruct-1M" has another one, for its context. */
    private static @Nullable Count count(String name) {
        Matcher matcher = COUNT.matcher(name);
        Count largest = null;
        while (matcher.find()) {
            int experts = matcher.group(1) == null ? 1 : Integer.parseInt(matcher.group(1));
            double unit = matcher.group(3).equals("b") ? 1e9 : 1e6;
            long parameters = Math.round(experts * Double.parseDouble(matcher.group(2)) * unit);
            if (parameters > 0 && (largest == null || parameters > largest.parameters)) {
                largest = new Count(parameters, matcher.group(1) != null, matcher.group());
            }
        }
        return largest;
    }

    private static Format format(String name) {
        Matcher gguf = GGUF_TYPE.matcher(name);
        if (gguf.find()) {
            TensorType type = TensorType.named(gguf.group(1));
            if (type != null) {
                return new Format(type.name(), type.bitsPerElement());
            }
        }
        if (FOUR_BITS.matcher(name).find()) {
            return new Format("4 bit", 4);
        }
        if (EIGHT_BITS.matcher(name).find()) {
            return new Format("8 bit", 8);
        }
        return THIRTY_TWO_BITS.matcher(name).find() ? new Format("float32", 32) : new Format("16 bit, as most are", 16);
    }

    private record Count(long parameters, boolean isProduct, String text) {}

    private record Format(String name, double bits) {}
}
