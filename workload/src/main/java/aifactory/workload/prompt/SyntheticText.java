package aifactory.workload.prompt;

/** Texts of a wanted length in tokens. What it says is a function of bits. Asked by one thread at a time. */
public interface SyntheticText {
    /**
     * Appends a text that begins with a space, as the inside of a JSON string.
     *
     * @param tokens it should have
     * @param bits different bits give different texts from their first words on, as far as so many tokens can
     *      distinguish them
     * @return the tokens that it has, as far as the source knows
     */
    int append(int tokens, long bits, ByteBuilder out);
}
