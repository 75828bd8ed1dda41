package aifactory.service.groups;

import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** Random names and secrets as lower-case hexadecimal. Stateless. */
public final class HexText {
    private HexText() {}

    /** Twice as many characters as bytes. */
    public static String random(RandomGenerator random, int bytes) {
        byte[] drawn = new byte[bytes];
        random.nextBytes(drawn);
        return HexFormat.of().formatHex(drawn);
    }
}
