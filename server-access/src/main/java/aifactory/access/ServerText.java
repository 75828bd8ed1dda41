package aifactory.access;

/** Text that a server sent, made fit for terminals and logs. Stateless. */
final class ServerText {
    private static final int LONGEST = 200;

    private ServerText() {}

    /** Without control characters, and of 200 characters at most. */
    static String shortened(String text) {
        String head = text.substring(0, Math.min(text.length(), 4 * LONGEST));
        String plain = head.replaceAll("[\\p{Cntrl}\\p{Cf}\\s]+", " ").strip();
        return plain.length() <= LONGEST ? plain : plain.substring(0, LONGEST) + "…";
    }
}
