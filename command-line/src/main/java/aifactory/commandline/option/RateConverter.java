package aifactory.commandline.option;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A positive number such as a rate in requests per second. */
public final class RateConverter implements ITypeConverter<Double> {
    private static final double LARGEST = 10_000_000;

    @Override
    public Double convert(String text) {
        try {
            double rate = Double.parseDouble(text.strip());
            if (rate > 0 && rate <= LARGEST) {
                return rate;
            }
        } catch (NumberFormatException e) {
            // Told below, in the same words as a number out of range.
        }
        throw new TypeConversionException(
                "'" + text + "' is not possible: give a number greater than 0 and up to " + (long) LARGEST);
    }
}
