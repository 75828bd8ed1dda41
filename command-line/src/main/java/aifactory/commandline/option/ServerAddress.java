package aifactory.commandline.option;

import aifactory.workload.AiServerAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The address of a server: {@code http://HOST:PORT}, without a path. A bare {@code HOST:PORT} means http, and a
 * trailing {@code /v1}, which many tools want, is taken off.
 */
public final class ServerAddress implements ITypeConverter<URI> {
    @Override
    public URI convert(String text) {
        try {
            return parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException names the text and the form it should have
     */
    public static URI parse(String text) {
        String stripped = text.strip();
        String withScheme = stripped.contains("://") ? stripped : "http://" + stripped;
        URI given;
        try {
            given = new URI(withScheme);
        } catch (URISyntaxException e) {
            throw wrong(text, "it is not a URL");
        }
        String scheme = given.getScheme().toLowerCase(Locale.ROOT);
        if (given.getRawUserInfo() != null || stripped.indexOf('@') >= 0) {
            throw wrong(text, "it carries a user name or a key");
        }
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw wrong(text, "'" + scheme + "' is not http or https");
        }
        if (given.getHost() == null || given.getPort() > 65_535 || given.getPort() == 0) {
            throw wrong(text, "its host or port cannot be");
        }
        String path = given.getPath().replaceFirst("/+$", "").replaceFirst("/v1$", "");
        if (!path.isEmpty() || given.getRawQuery() != null || given.getRawFragment() != null) {
            throw wrong(text, "it has more than a host and a port");
        }
        return URI.create(scheme + "://" + given.getHost() + (given.getPort() < 0 ? "" : ":" + given.getPort()));
    }

    private static IllegalArgumentException wrong(String text, String why) {
        return new IllegalArgumentException("'" + AiServerAddress.withoutSecrets(text) + "' is not a server's address: "
                + why + "; give one such as http://node17:8000");
    }
}
