package aifactory.workload.key;

/** The type of the value of a key or option. */
public enum KeyType {
    TEXT,
    /** The path of a file, relative to the file or the directory in which it is written. */
    FILE,
    BOOLEAN,
    INTEGER,
    NUMBER,
    /** A number with a unit, see {@link aifactory.workload.DurationText}. */
    DURATION,
    /** One of several names. */
    CHOICE,
    MAPPING,
    LIST
}
