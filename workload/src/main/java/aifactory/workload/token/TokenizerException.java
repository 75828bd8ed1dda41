package aifactory.workload.token;

/** A tokenizer that cannot be used. The message names the file, what is wrong and the remedy. */
public final class TokenizerException extends Exception {
    private static final long serialVersionUID = 1;

    public TokenizerException(String message) {
        super(message);
    }
}
