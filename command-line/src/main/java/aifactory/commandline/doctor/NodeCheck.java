package aifactory.commandline.doctor;

/**
 * One thing that was checked.
 *
 * @param what was checked, {@code port login:8001}
 * @param detail what was found
 * @param remedy what to do; empty when it passed
 */
public record NodeCheck(String what, boolean passed, String detail, String remedy) {
    static NodeCheck passed(String what, String detail) {
        return new NodeCheck(what, true, detail, "");
    }

    static NodeCheck failed(String what, String detail, String remedy) {
        return new NodeCheck(what, false, detail, remedy);
    }
}
