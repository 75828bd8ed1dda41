package aifactory.server.power;

import org.jspecify.annotations.Nullable;

/** Reads values that tools print. Stateless. */
final class PowerText {
    private static final double LARGEST_WATTS = 1e5;
    private static final int SHOWN_CHARACTERS = 200;

    private PowerText() {}

    /**
     * Power in watts, with or without its unit, with a point or a comma; null for {@code N/A} and for 0, which a device
     * prints that does not measure its power.
     */
    static @Nullable Double watts(String text) {
        String number = text.strip();
        if (number.endsWith("W")) {
            number = number.substring(0, number.length() - 1).strip();
        }
        if (number.indexOf('.') < 0) {
            number = number.replace(',', '.');
        }
        try {
            double value = Double.parseDouble(number);
            return value > 0 && value <= LARGEST_WATTS ? value : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** The beginning of an output on one line, for messages. */
    static String shown(String text) {
        String line = text.strip().replaceAll("[\\s\\p{Cntrl}]+", " ");
        return line.length() <= SHOWN_CHARACTERS ? line : line.substring(0, SHOWN_CHARACTERS) + "…";
    }
}
