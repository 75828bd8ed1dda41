package aifactory.commandline.composition;

import java.util.List;

/** This program as another machine can start it that sees the same files. */
public final class OwnProgram {
    private OwnProgram() {}

    /** The words to which a verb and its options are added. */
    public static List<String> command() {
        return JavaCommand.of(List.of("-XX:TieredStopAtLevel=1", "-Xmx128m"), List.of());
    }
}
