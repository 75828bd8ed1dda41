package aifactory.commandline.option;

import aifactory.commandline.failure.NearestName;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Names of constants as users write them, in lower case. Also the candidates that help texts list. */
public abstract class NameConverter<E extends Enum<E>> implements ITypeConverter<E>, Iterable<String> {
    private final List<E> allowed;

    protected NameConverter(List<E> allowed) {
        this.allowed = List.copyOf(allowed);
    }

    @Override
    public E convert(String text) {
        String name = text.strip().toLowerCase(Locale.ROOT);
        for (E constant : allowed) {
            if (nameOf(constant).equals(name)) {
                return constant;
            }
        }
        String remedy = NearestName.of(name, names())
                .map(near -> "did you mean " + near + "?")
                .orElse("give one of " + String.join(", ", names()));
        throw new TypeConversionException("'" + text + "' is not known: " + remedy);
    }

    @Override
    public Iterator<String> iterator() {
        return names().iterator();
    }

    private List<String> names() {
        return allowed.stream().map(NameConverter::nameOf).toList();
    }

    private static String nameOf(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
