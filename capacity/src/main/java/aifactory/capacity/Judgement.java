package aifactory.capacity;

/**
 * What a step says of the server.
 *
 * @param reason the explanation, with the value that decided
 */
public record Judgement(Verdict verdict, String reason) {
    /** What a step can say. */
    public enum Verdict {
        /** The server carries the load within the targets. */
        MET,
        /** It does not, by this step; a disturbance may have done it. */
        MISSED,
        /** It does not: requests came in faster than they went out for as long as the step lasted. */
        OVERLOADED,
        /** The clients could not generate the load: nothing is said of the server. */
        CLIENT_BOUND,
        /** There is no result to judge. */
        UNUSABLE
    }
}
