package aifactory.access;

import aifactory.workload.AiServerAddress;
import java.net.URI;
import java.util.Objects;

/** Why a redirect is not followed and what to do instead. The target is shown without its query. Stateless. */
final class RedirectMessage {
    private RedirectMessage() {}

    /**
     * @param server that was asked
     * @param path that was asked for
     * @param location of the response; empty for none
     */
    static String of(URI server, String path, int status, String location) {
        String start = "AI server " + server + " redirects to ";
        String end = " (" + status + "), and requests that are redirected are not measured: ";
        if (location.isEmpty()) {
            return start + "an address that it does not name" + end + "give the address of the server itself";
        }
        try {
            AiServerAddress asked = AiServerAddress.of(server);
            URI request =
                    URI.create(asked.socketPath() == null ? server + path : "http://localhost" + asked.target(path));
            URI target = request.resolve(location);
            String shown = shown(target.toString());
            String base = shown.replaceFirst("\\Q" + path + "\\E/?$", "");
            if (base.equals(AiServerAddress.withoutSecrets(server.toString()))) {
                return start + shown + end + "its " + path
                        + " is at another path; name the model with --model, and give the path of requests with --path"
                        + " if they are redirected, too";
            }
            boolean isPage = base.equals(shown) && Objects.equals(request.getAuthority(), target.getAuthority());
            return start
                    + base
                    + end
                    + (isPage
                            ? "that is another page of the same host, such as a login page; check the path of the"
                                    + " address and the key"
                            : "give that address if it is the AI server");
        } catch (IllegalArgumentException e) {
            return start + shown(location) + end + "give the address of the server itself";
        }
    }

    private static String shown(String target) {
        return ServerText.shortened(AiServerAddress.withoutSecrets(target).replaceFirst("\\?…$", ""));
    }
}
