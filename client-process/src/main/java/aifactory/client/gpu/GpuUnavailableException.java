package aifactory.client.gpu;

/** GPU metrics are not available. The message gives the reason for users. */
public final class GpuUnavailableException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean lasting;

    /** @param lasting whether it will not get better by asking again */
    public GpuUnavailableException(String message, boolean lasting) {
        super(message);
        this.lasting = lasting;
    }

    public boolean isLasting() {
        return lasting;
    }
}
