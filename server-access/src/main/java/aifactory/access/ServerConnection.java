package aifactory.access;

import aifactory.workload.AiServerAddress;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an AI server for one exchange: TCP or a Unix domain socket, directly or through a proxy, plain or
 * TLS. One thread opens and uses it; {@link #close()} may be called by any, at any time, and ends what that thread
 * waits for.
 */
final class ServerConnection implements Closeable {
    @GuardedBy("this")
    private @Nullable Closeable socket;

    @GuardedBy("this")
    private boolean closed;
    /** Of the thread that uses the connection. */
    private @Nullable InputStream input;

    private @Nullable OutputStream output;

    /**
     * Opens the connection.
     *
     * @param proxy null to connect to the server itself
     * @param context for TLS
     * @param connectTimeout for TCP alone; the caller bounds the whole
     */
    void open(AiServerAddress server, @Nullable AiServerAddress proxy, SSLContext context, Duration connectTimeout)
            throws IOException {
        String path = server.socketPath();
        if (path != null) {
            openSocket(path);
            return;
        }
        AiServerAddress first = proxy == null ? server : proxy;
        Socket plain = keep(new Socket());
        plain.setTcpNoDelay(true);
        try {
            plain.connect(
                    new InetSocketAddress(first.host(), first.effectivePort()),
                    Math.toIntExact(Math.clamp(connectTimeout.toMillis(), 1, Integer.MAX_VALUE)));
        } catch (SocketTimeoutException e) {
            var timeout = new HttpConnectTimeoutException("no connection within " + connectTimeout.toMillis() + " ms");
            timeout.initCause(e);
            throw timeout;
        }
        if (!server.secure()) {
            use(plain.getInputStream(), plain.getOutputStream());
            return;
        }
        if (proxy != null) {
            tunnel(server, proxy, plain);
        }
        SSLSocket secure = keep((SSLSocket)
                context.getSocketFactory().createSocket(plain, server.host(), server.effectivePort(), true));
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        use(secure.getInputStream(), secure.getOutputStream());
    }

    private void openSocket(String path) throws IOException {
        UnixSockets.check(path);
        SocketChannel channel = keep(SocketChannel.open(StandardProtocolFamily.UNIX));
        channel.connect(UnixDomainSocketAddress.of(path));
        use(Channels.newInputStream(channel), Channels.newOutputStream(channel));
    }

    private static void tunnel(AiServerAddress server, AiServerAddress proxy, Socket plain) throws IOException {
        String target = server.hostAndPort();
        plain.getOutputStream()
                .write(("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        int status = new ResponseReader(plain.getInputStream()).tunnelStatus();
        if (status / 100 != 2) {
            throw new ProxyRefusedException("the proxy " + proxy + " answered " + status + " to CONNECT " + target);
        }
    }

    private synchronized <T extends Closeable> T keep(T opened) throws IOException {
        if (closed) {
            opened.close();
            throw new InterruptedIOException("the exchange was ended");
        }
        socket = opened;
        return opened;
    }

    private void use(InputStream in, OutputStream out) {
        input = in;
        output = out;
    }

    InputStream input() {
        if (input == null) {
            throw new IllegalStateException("not open");
        }
        return input;
    }

    OutputStream output() {
        if (output == null) {
            throw new IllegalStateException("not open");
        }
        return output;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                // It is not used any more.
            }
        }
    }
}
