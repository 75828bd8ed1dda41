package aifactory.service;

/** Who may call the service. */
public enum AuthenticationMode {
    /** Only who holds a token; clients hold their group's secret. */
    TOKEN,
    /** Every request, without authentication. */
    NONE
}
