package aifactory.commandline.option;

import java.util.List;

/** What starts the client processes of a group. */
public enum DispatcherKind {
    /** Starts them on this machine. */
    LOCAL;

    /** Reads a kind. */
    public static final class Converter extends NameConverter<DispatcherKind> {
        public Converter() {
            super(List.of(values()));
        }
    }
}
