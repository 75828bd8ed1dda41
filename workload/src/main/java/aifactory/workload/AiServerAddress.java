package aifactory.workload;

import java.net.IDN;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The base address of an AI server: {@code http://HOST:PORT}, {@code https://HOST/PATH} or {@code unix:///PATH}. The
 * host may be a name, with underscores too, an IPv4 address, or an IPv6 address in brackets. A trailing {@code /v1} is
 * not part of it: the paths of requests bring it. Immutable.
 *
 * @param secure whether the server speaks TLS
 * @param socketPath absolute path of the server's Unix domain socket; null for TCP
 * @param host without brackets; {@code localhost} for a socket
 * @param port -1 where none was given
 * @param basePath what precedes the path of every request; empty, or begins with a slash and does not end with one
 */
public record AiServerAddress(boolean secure, @Nullable String socketPath, String host, int port, String basePath) {
    /** Longest path of {@code sockaddr_un}, in bytes. */
    private static final int LONGEST_SOCKET_PATH = 107;

    private static final int LONGEST_ADDRESS = 2_000;
    private static final int LONGEST_HOST = 253;
    private static final int HIGHEST_PORT = 65_535;
    private static final String UNIX = "unix:";
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_.])?");
    private static final Pattern PATH = Pattern.compile("(/([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*)*");
    private static final Pattern SCHEME_NAME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]{0,20}");
    /** {@code http:} without the slashes; a host of that name has a port. */
    private static final Pattern SCHEME_ALONE =
            Pattern.compile("(https?):(?![0-9]{1,5}(/|$)).*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    /** The path that separates a socket from the base path behind it, as in nginx. */
    private static final String PATH_OF_SOCKET = ":/";

    /** What users copy from the documentation of a server, though it is a request and not the server. */
    private static final List<String> REQUEST_PATHS = List.of(
            "/chat/completions",
            "/completions",
            "/embeddings",
            "/responses",
            "/messages",
            "/models",
            "/rerank",
            "/score",
            "/generate",
            "/generate_stream",
            "/api/chat",
            "/api/generate");

    /**
     * Reads an address as people write it. Without a scheme it is http.
     *
     * @throws IllegalArgumentException names the text, without a secret that it may contain, and the form it should
     *     have
     */
    public static AiServerAddress parse(String text) {
        String stripped = text.strip();
        if (stripped.length() > LONGEST_ADDRESS) {
            String shown = withoutSecrets(stripped);
            throw wrong(
                    shown.substring(0, Math.min(100, shown.length())) + "…",
                    "it is longer than " + LONGEST_ADDRESS + " characters");
        }
        if (stripped.toLowerCase(Locale.ROOT).startsWith(UNIX)) {
            return socket(stripped);
        }
        int colon = stripped.indexOf("://");
        String scheme = colon < 0 ? "http" : stripped.substring(0, colon).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            boolean isName = SCHEME_NAME.matcher(scheme).matches();
            throw wrong(stripped, (isName ? "'" + scheme + "'" : "its scheme") + " is not http, https or unix");
        }
        if (colon < 0 && SCHEME_ALONE.matcher(stripped).matches()) {
            throw wrong(stripped, "'//' is missing behind '" + stripped.substring(0, stripped.indexOf(':') + 1) + "'");
        }
        String rest = colon < 0 ? stripped : stripped.substring(colon + 3);
        if (rest.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
            throw wrong(stripped, "it contains a space or a control character");
        }
        int end = indexOfPath(rest);
        String authority = rest.substring(0, end);
        if (hasCredentials(rest, authority)) {
            throw wrong(
                    stripped, "it contains a user name or a key: pass that with --api-key-file (and --api-key-scheme)");
        }
        String host = hostOf(stripped, authority);
        return new AiServerAddress(
                scheme.equals("https"),
                null,
                host,
                portOf(stripped, authority),
                basePath(stripped, rest.substring(end)));
    }

    /**
     * The same for an address that is a URI already.
     *
     * @throws IllegalArgumentException as {@link #parse}
     */
    public static AiServerAddress of(URI address) {
        return parse(address.toString());
    }

    /** A password may contain a slash, so that the authority seems to end within it. */
    private static boolean hasCredentials(String rest, String authority) {
        if (rest.indexOf('@') < 0 || authority.indexOf('@') >= 0) {
            return authority.indexOf('@') >= 0;
        }
        try {
            hostOf("", authority);
            portOf("", authority);
            return false;
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    /**
     * The text of an address for messages: without what precedes an {@code @}, which may be a password, without its
     * query and fragment, which may be a key, and without control characters.
     */
    public static String withoutSecrets(String text) {
        String shown = text;
        int at = shown.lastIndexOf('@');
        if (at >= 0 && !shown.toLowerCase(Locale.ROOT).startsWith(UNIX)) {
            int scheme = shown.indexOf("://");
            String kept = scheme < 0 || scheme > at ? "" : shown.substring(0, scheme + 3);
            shown = (SCHEME_NAME.matcher(kept.replace("://", "")).matches() ? kept : "") + "***" + shown.substring(at);
        }
        return shown.replaceFirst("(?s)[?#].*", "?…").replaceAll("\\p{Cntrl}", "?");
    }

    private static int indexOfPath(String rest) {
        int end = 0;
        while (end < rest.length() && "/?#".indexOf(rest.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    private static String hostOf(String text, String authority) {
        if (authority.startsWith("[")) {
            int close = authority.indexOf(']');
            String literal = close < 0 ? "" : authority.substring(1, close);
            if (!isIpv6(literal)) {
                throw wrong(text, "there is no IPv6 address in its brackets");
            }
            return literal.replaceFirst("%25", "%");
        }
        int colon = authority.lastIndexOf(':');
        String host = colon < 0 ? authority : authority.substring(0, colon);
        if (host.indexOf(':') >= 0) {
            throw wrong(text, "write an IPv6 address in brackets, for instance http://[::1]:8000");
        }
        try {
            host = IDN.toASCII(host);
        } catch (IllegalArgumentException e) {
            throw wrong(text, "'" + host + "' is not a host name");
        }
        if (!HOST.matcher(host).matches() || host.contains("..") || host.length() > LONGEST_HOST) {
            throw wrong(text, host.isEmpty() ? "it has no host" : "'" + host + "' is not a host name");
        }
        return host;
    }

    private static boolean isIpv6(String literal) {
        int zone = literal.indexOf('%');
        String address = zone < 0 ? literal : literal.substring(0, zone);
        try {
            return address.indexOf(':') >= 0
                    && (zone < 0 || literal.substring(zone).matches("%[A-Za-z0-9._~-]+"))
                    && InetAddress.ofLiteral(address) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static int portOf(String text, String authority) {
        int from = authority.startsWith("[") ? authority.indexOf(']') + 1 : Math.max(0, authority.lastIndexOf(':'));
        String port = authority.indexOf(':', from) < 0 && from == 0 ? "" : authority.substring(from);
        if (port.isEmpty()) {
            return -1;
        }
        if (port.equals(":")) {
            throw wrong(text, "there is no port behind its colon");
        }
        boolean digits = port.matches(":[0-9]{1,5}");
        int number = digits ? Integer.parseInt(port.substring(1)) : 0;
        if (number < 1 || number > HIGHEST_PORT) {
            throw wrong(text, "'" + port.replaceFirst("^:", "") + "' is not a port from 1 to " + HIGHEST_PORT);
        }
        return number;
    }

    private static String basePath(String text, String tail) {
        if (tail.indexOf('?') >= 0 || tail.indexOf('#') >= 0) {
            throw wrong(text, "it has a query or a fragment; pass a query with --path '/v1/…?NAME=VALUE'");
        }
        String path = tail.replaceFirst("/+$", "");
        if (!PATH.matcher(path).matches() || ("/" + path + "/").matches(".*/\\.{1,2}/.*")) {
            throw wrong(text, "'" + path + "' is not a path; percent-encode other characters");
        }
        for (String request : REQUEST_PATHS) {
            if (path.endsWith(request)) {
                String base =
                        path.substring(0, path.length() - request.length()).replaceFirst("/v1$", "");
                throw wrong(
                        text,
                        "it ends with the path of a request; give what precedes it, '"
                                + text.substring(0, text.length() - tail.length()) + base
                                + "', and the request with --endpoint or --path");
            }
        }
        return path.replaceFirst("/v1$", "");
    }

    private static AiServerAddress socket(String text) {
        String path = text.substring(UNIX.length());
        if (path.startsWith("//")) {
            path = path.substring(2);
        }
        String base = "";
        int colon = path.indexOf(PATH_OF_SOCKET);
        if (colon > 0) {
            base = basePath(text, path.substring(colon + 1));
            path = path.substring(0, colon);
        }
        try {
            path = PercentEncoding.decode(path).replaceFirst("^/+", "/");
        } catch (IllegalArgumentException e) {
            throw wrong(text, "in its path, " + e.getMessage());
        }
        if (!path.startsWith("/")) {
            throw wrong(text, "give the absolute path of the socket: unix:///run/server.sock");
        }
        if (path.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw wrong(text, "it contains a control character");
        }
        int length = path.getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_SOCKET_PATH) {
            throw wrong(
                    text,
                    "its path has " + length + " bytes, and the system allows " + LONGEST_SOCKET_PATH
                            + "; use a shorter directory or a symbolic link to it");
        }
        return new AiServerAddress(false, path, "localhost", -1, base);
    }

    /** The port of connections; 0 for a socket. */
    public int effectivePort() {
        return socketPath != null ? 0 : port >= 0 ? port : secure ? 443 : 80;
    }

    /** The value of the {@code Host} header. An IPv6 zone is of this node only and not sent. */
    public String authority() {
        return bracketed(host.replaceFirst("%.*", "")) + (port < 0 ? "" : ":" + port);
    }

    /** {@code HOST:PORT} with the port in any case, as a proxy takes it. */
    public String hostAndPort() {
        return bracketed(host.replaceFirst("%.*", "")) + ":" + effectivePort();
    }

    /** The request target for a path below the base path. */
    public String target(String path) {
        return basePath + path;
    }

    /** The address in its usual form, which {@link #parse} reads again. */
    public URI uri() {
        try {
            if (socketPath != null) {
                return new URI(
                        "unix://" + PercentEncoding.encode(socketPath) + (basePath.isEmpty() ? "" : ":" + basePath));
            }
            return new URI(
                    (secure ? "https://" : "http://") + bracketed(host) + (port < 0 ? "" : ":" + port) + basePath);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("'" + host + "' cannot be written as an address: " + e.getMessage());
        }
    }

    @Override
    public String toString() {
        return uri().toString();
    }

    private static String bracketed(String host) {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }

    private static IllegalArgumentException wrong(String text, String why) {
        return new IllegalArgumentException("'" + withoutSecrets(text)
                + "' is not the address of an AI server: " + why
                + "; give one such as http://node17:8000, https://host/path or unix:///run/server.sock");
    }
}
