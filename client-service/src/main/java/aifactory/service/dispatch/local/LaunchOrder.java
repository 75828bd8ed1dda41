package aifactory.service.dispatch.local;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A process to start.
 *
 * @param environment variables in addition to the inherited ones
 * @param output where its standard output is appended
 * @param error where its standard error is appended
 * @param identityFile where it leaves its identity before it becomes the program
 */
record LaunchOrder(List<String> command, Map<String, String> environment, Path output, Path error, Path identityFile) {
    LaunchOrder {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }
}
