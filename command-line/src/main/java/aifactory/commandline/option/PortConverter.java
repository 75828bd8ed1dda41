package aifactory.commandline.option;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A TCP port to listen on; 0 lets the system pick a free one. */
public final class PortConverter implements ITypeConverter<Integer> {
    private static final int HIGHEST = 65_535;

    @Override
    public Integer convert(String text) {
        try {
            int port = Integer.parseInt(text.strip());
            if (port >= 0 && port <= HIGHEST) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Reported below, with the same message as a number out of range.
        }
        throw new TypeConversionException(
                "'" + text + "' is not a port: give a number from 1 to " + HIGHEST + ", or 0 for any free one");
    }
}
