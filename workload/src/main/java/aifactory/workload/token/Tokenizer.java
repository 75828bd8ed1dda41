package aifactory.workload.token;

/** Counts tokens. Implementations are safe to share between threads. */
public interface Tokenizer extends AutoCloseable {
    /** The tokens of a text, without those that a model's template would put around it. */
    int count(String text);

    @Override
    void close();
}
