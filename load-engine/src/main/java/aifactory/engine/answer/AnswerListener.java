package aifactory.engine.answer;

/** Hears of generated content while an answer is read. */
public interface AnswerListener {
    /**
     * A chunk with generated content has come.
     *
     * @param output whether it holds more than reasoning
     */
    void content(boolean output);
}
