package aifactory.commandline.composition;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line that runs a command of this program in a separate process: the current Java on the current class
 * path.
 */
final class JavaCommand {
    private static final String MAIN_CLASS = "aifactory.commandline.Main";

    private JavaCommand() {}

    /** The words of the command; secrets do not belong among them, every user of the machine can read them. */
    static List<String> of(List<String> virtualMachineOptions, List<String> arguments) {
        return of(
                Path.of(System.getProperty("java.home")),
                virtualMachineOptions,
                System.getProperty("java.class.path"),
                arguments);
    }

    /** The same with another Java and the program elsewhere. */
    static List<String> of(
            Path javaHome, List<String> virtualMachineOptions, String classPath, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(javaHome.resolve("bin").resolve("java").toString());
        command.addAll(JvmOptions.COMMON);
        command.addAll(virtualMachineOptions);
        command.addAll(List.of("-cp", classPath, MAIN_CLASS));
        command.addAll(arguments);
        return command;
    }
}
