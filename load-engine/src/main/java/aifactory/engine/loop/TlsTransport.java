package aifactory.engine.loop;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** Connections to one https server. Thread-safe. */
final class TlsTransport implements TransportSecurity {
    private final SslContext context;
    private final String host;
    private final int port;
    private final boolean verifiesServer;
    private final Duration handshakeTimeout;
    private final @Nullable Tunnel tunnel;

    /**
     * A tunnel through an HTTP proxy.
     *
     * @param target {@code HOST:PORT} of the server
     * @param proxy its address, for messages
     */
    record Tunnel(String target, String proxy) {}

    /**
     * @param host as the certificate has to name it
     * @param verifiesServer whether the host name is checked against the certificate
     * @param tunnel null where connections go to the server itself
     */
    TlsTransport(
            SSLContext context,
            String host,
            int port,
            boolean verifiesServer,
            Duration handshakeTimeout,
            @Nullable Tunnel tunnel) {
        this.context = new JdkSslContext(
                context, true, null, IdentityCipherSuiteFilter.INSTANCE, null, ClientAuth.NONE, null, false);
        this.host = host;
        this.port = port;
        this.verifiesServer = verifiesServer;
        this.handshakeTimeout = handshakeTimeout;
        this.tunnel = tunnel;
    }

    @Override
    public ChannelHandler setup(ChannelHandler first, ChannelHandler last) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                SslHandler handler = context.newHandler(channel.alloc(), host, port);
                handler.setHandshakeTimeoutMillis(handshakeTimeout.toMillis());
                SSLEngine engine = handler.engine();
                SSLParameters parameters = engine.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm(verifiesServer ? "HTTPS" : null);
                engine.setSSLParameters(parameters);
                if (tunnel != null) {
                    channel.pipeline()
                            .addLast(new ProxyTunnel(tunnel.target(), tunnel.proxy(), handshakeTimeout.toMillis()));
                }
                channel.pipeline().addLast(first, handler, last);
            }
        };
    }

    @Override
    public void whenSecure(Channel channel, Runnable ready, Consumer<Throwable> failed) {
        channel.pipeline().get(SslHandler.class).handshakeFuture().addListener(future -> {
            if (future.isSuccess()) {
                ready.run();
            } else {
                Throwable ofProxy = channel.attr(ProxyTunnel.FAILURE).get();
                failed.accept(ofProxy == null ? future.cause() : ofProxy);
            }
        });
    }
}
