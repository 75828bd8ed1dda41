package aifactory.commandline.option;

import aifactory.workload.AiServerAddress;
import java.net.URI;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The address of an AI server as an option has it, or {@code file:PATH} for a file with such addresses, which
 * {@link AiServerFiles} replaces by them.
 */
public final class AiServerOption implements ITypeConverter<URI> {
    @Override
    public URI convert(String text) {
        try {
            return AiServerFiles.isFile(text)
                    ? AiServerFiles.uri(Path.of(AiServerFiles.path(text)))
                    : AiServerAddress.parse(text).uri();
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
