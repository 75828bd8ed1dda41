package aifactory.commandline.option;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A share of a whole, from 0 to 1. */
public final class ShareConverter implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
        try {
            double share = Double.parseDouble(text.strip());
            if (share >= 0 && share <= 1) {
                return share;
            }
        } catch (NumberFormatException e) {
            // Reported below, with the same message as a number out of range.
        }
        throw new TypeConversionException("'" + text + "' is not possible: give a share from 0 to 1");
    }
}
