package aifactory.access;

import java.io.IOException;

/** An HTTP proxy did not open a tunnel to an AI server. The message names the proxy and its response. */
public final class ProxyRefusedException extends IOException {
    private static final long serialVersionUID = 1;

    public ProxyRefusedException(String message) {
        super(message);
    }
}
