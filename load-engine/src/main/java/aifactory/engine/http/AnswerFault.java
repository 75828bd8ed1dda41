package aifactory.engine.http;

import aifactory.measurement.FailureKind;

/** An answer that is not as it should be. Carries no stack trace: it is an event of the network, not of the program. */
public final class AnswerFault extends Exception {
    private static final long serialVersionUID = 1;

    private final FailureKind kind;

    public AnswerFault(FailureKind kind, String detail) {
        super(detail, null, false, false);
        this.kind = kind;
    }

    public FailureKind kind() {
        return kind;
    }
}
