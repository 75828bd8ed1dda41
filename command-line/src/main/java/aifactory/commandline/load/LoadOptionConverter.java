package aifactory.commandline.load;

import aifactory.commandline.failure.NearestName;
import aifactory.commandline.option.DurationConverter;
import aifactory.workload.key.Bounds;
import aifactory.workload.key.WorkloadOption;
import java.math.BigInteger;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the value of an option of a load, and refuses a value outside its bounds. */
final class LoadOptionConverter implements ITypeConverter<Object> {
    private final WorkloadOption option;

    LoadOptionConverter(WorkloadOption option) {
        this.option = option;
    }

    @Override
    public Object convert(String text) throws Exception {
        return switch (option.type()) {
            case NUMBER -> inBounds(text, number(text));
            case INTEGER -> inBounds(text, whole(text));
            case DURATION -> new DurationConverter().convert(text);
            case CHOICE -> choice(text);
            case TEXT, FILE, MAPPING, LIST, BOOLEAN -> text;
        };
    }

    private Object inBounds(String text, Object number) {
        Bounds bounds = option.bounds();
        if (bounds != null && !bounds.contains(number)) {
            throw notPossible(text);
        }
        return number;
    }

    private Double number(String text) {
        try {
            return Double.valueOf(text.strip());
        } catch (NumberFormatException e) {
            throw notPossible(text);
        }
    }

    private Long whole(String text) {
        try {
            return new BigInteger(text.strip().replace("_", "")).longValueExact();
        } catch (NumberFormatException | ArithmeticException e) {
            throw notPossible(text);
        }
    }

    private String choice(String text) {
        String name = text.strip().toLowerCase(Locale.ROOT);
        String asked = option.otherNames().getOrDefault(name, name);
        if (option.choices().contains(asked)) {
            return asked;
        }
        String remedy = NearestName.of(name, option.choices())
                .map(near -> "did you mean " + near + "?")
                .orElse("give one of " + String.join(", ", option.choices()));
        throw new TypeConversionException("'" + text + "' is not known: " + remedy);
    }

    private TypeConversionException notPossible(String text) {
        return new TypeConversionException("'" + text + "' is not possible: give " + option.expected());
    }
}
