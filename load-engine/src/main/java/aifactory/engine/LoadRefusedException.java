package aifactory.engine;

/** A load that cannot be generated. The message names the value at fault and the remedy. */
public final class LoadRefusedException extends Exception {
    private static final long serialVersionUID = 1;

    public LoadRefusedException(String message) {
        super(message);
    }
}
