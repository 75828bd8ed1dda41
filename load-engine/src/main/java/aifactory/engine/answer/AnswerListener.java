package aifactory.engine.answer;

/** Receives generated content while an answer is parsed. */
public interface AnswerListener {
    /**
     * A chunk with generated content has arrived.
     *
     * @param output whether it holds more than reasoning
     */
    void content(boolean output);
}
