package aifactory.measurement;

/**
 * How many responses to requests for JSON documents were what the requested schema accepts.
 *
 * @param checked completed requests whose text was checked
 * @param valid those of them whose text is a document of the schema
 */
public record DocumentCounts(long checked, long valid) {
    public static final DocumentCounts NONE = new DocumentCounts(0, 0);

    /** With those of one more request. */
    DocumentCounts plus(RequestRecord record) {
        ResponseDetails response = record.response();
        Boolean isValid = response == null ? null : response.validDocument();
        return isValid == null || record.outcome() != RequestOutcome.COMPLETED
                ? this
                : new DocumentCounts(checked + 1, valid + (isValid ? 1 : 0));
    }
}
