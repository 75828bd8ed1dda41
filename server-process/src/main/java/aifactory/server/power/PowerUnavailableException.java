package aifactory.server.power;

/** The power of devices cannot be read. The message gives the reason for users. */
final class PowerUnavailableException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean lasting;

    /** @param lasting whether reading again is of no use */
    PowerUnavailableException(String message, boolean lasting) {
        super(message);
        this.lasting = lasting;
    }

    boolean isLasting() {
        return lasting;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
