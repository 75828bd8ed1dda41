package aifactory.simulator.internal.generation;

/**
 * What all parts of one answer have in common.
 *
 * @param endpoint that was asked
 * @param id such as {@code chatcmpl-…}; letters, digits and a few signs only
 * @param createdSeconds since the epoch
 * @param modelJson the model's name as a JSON string, with its quotes
 * @param seed of the answer's words
 */
record AnswerIdentity(EndpointKind endpoint, String id, long createdSeconds, String modelJson, long seed) {
    /** The members that begin every event or body, up to what comes after {@code "choices":}. */
    String opening(boolean streamed) {
        return "{\"id\":\"" + id + "\",\"object\":\"" + endpoint.object(streamed) + "\",\"created\":" + createdSeconds
                + ",\"model\":" + modelJson + ",\"choices\":";
    }
}
