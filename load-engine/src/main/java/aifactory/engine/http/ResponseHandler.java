package aifactory.engine.http;

/** What {@link ResponseDecoder} finds in the bytes of a response, in order. */
public interface ResponseHandler {
    /**
     * The head is complete. Interim responses (1xx) are not reported.
     *
     * @throws AnswerFault when the response is not wanted
     */
    void head(ResponseHead head) throws AnswerFault;

    /**
     * Some bytes of the body, with transfer coding removed; valid only during the call.
     *
     * @throws AnswerFault when the body is not as it should be
     */
    void body(byte[] bytes, int from, int to) throws AnswerFault;

    /**
     * The response is complete.
     *
     * @throws AnswerFault when it is complete for HTTP but not for its endpoint
     */
    void end() throws AnswerFault;
}
