package aifactory.service.http;

import aifactory.measurement.MonotonicClock;
import aifactory.protocol.ErrorBody;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.SequenceConflict;
import aifactory.service.ClientServiceConfiguration;
import aifactory.service.Journal;
import aifactory.service.RequestRefusedException;
import aifactory.service.ServiceLimits;
import aifactory.service.ServiceStartException;
import aifactory.service.UncaughtErrors;
import aifactory.service.access.RouteAccess;
import aifactory.service.access.ServerCertificate;
import aifactory.service.metrics.ServiceMetrics;
import aifactory.service.persistence.StorageException;
import aifactory.service.runs.BatchConflict;
import io.javalin.Javalin;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves HTTP: hands requests to the routes, checks who asks, and gives every error the same form. */
public final class ApiServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);

    private final Javalin javalin;
    private final String host;
    private final boolean encrypted;
    private final List<ServedRoute> served;

    /** Adds routes. */
    interface Routes {
        void addTo(Registry registry);
    }

    /** What may throw what the service throws. */
    @FunctionalInterface
    interface Route {
        void handle(Context context) throws StorageException, InterruptedException, BatchConflict, java.io.IOException;
    }

    /**
     * Who may ask, and what is kept of what was asked.
     *
     * @param longestBody a body that takes longer to come is given up
     */
    record Watch(
            AccessControl access,
            RefusalAudit refusals,
            ServiceMetrics metrics,
            MonotonicClock clock,
            Duration longestBody,
            BodyBudget bodies) {}

    /** Takes routes, each guarded alike. */
    static final class Registry {
        private final RoutesConfig routes;
        private final Watch watch;
        private final List<ServedRoute> served = new ArrayList<>();

        private Registry(RoutesConfig routes, Watch watch) {
            this.routes = routes;
            this.watch = watch;
        }

        /** For all who may look. */
        void get(String path, Route route) {
            get(path, RouteAccess.READ, route);
        }

        void get(String path, RouteAccess access, Route route) {
            served.add(new ServedRoute("GET", path, access));
            routes.get(path, context -> guarded(context, path, access, route));
        }

        /** For the holder of the service's token. */
        void post(String path, Route route) {
            post(path, RouteAccess.WRITE, route);
        }

        void post(String path, RouteAccess access, Route route) {
            served.add(new ServedRoute("POST", path, access));
            routes.post(path, context -> guarded(context, path, access, route));
        }

        /** For the holder of the service's token. */
        void delete(String path, Route route) {
            delete(path, RouteAccess.WRITE, route);
        }

        void delete(String path, RouteAccess access, Route route) {
            served.add(new ServedRoute("DELETE", path, access));
            routes.delete(path, context -> guarded(context, path, access, route));
        }

        private void guarded(Context context, String path, RouteAccess access, Route route) throws Exception {
            try {
                answer(context, path, access, route);
            } catch (Error e) {
                if (!(e instanceof StackOverflowError)) {
                    // The whole process is affected, not this request alone.
                    UncaughtErrors.tell(e);
                }
                throw new IllegalStateException("an error ended this request", e);
            }
        }

        private void answer(Context context, String path, RouteAccess access, Route route) throws Exception {
            long startNanos = watch.clock.nanoTime();
            Journal.Actor actor = new Journal.Actor("nobody", context.ip());
            int status = 500;
            try (LogAbout _ = LogAbout.of(context.pathParamMap())) {
                actor = watch.access.check(context, access);
                try (BodyBudget.Share share = watch.bodies.share(owner(context, actor))) {
                    ScopedValue.where(Journal.ACTOR, actor).call(() -> {
                        RequestReader.refuseRepeated(context);
                        RequestReader.readBodyWithin(context, watch.longestBody(), watch.clock, share);
                        route.handle(context);
                        return true;
                    });
                }
                status = context.statusCode();
            } catch (RequestRefusedException e) {
                status = e.status();
                ScopedValue.where(Journal.ACTOR, actor).run(() -> watch.refusals.note(context, e.status(), e.detail()));
                throw e;
            } catch (BatchConflict e) {
                status = 409;
                throw e;
            } catch (StorageException | InterruptedException e) {
                status = 503;
                throw e;
            } finally {
                watch.metrics.answered(
                        context.method().name(), path, status, Duration.ofNanos(watch.clock.nanoTime() - startNanos));
            }
        }
    }

    /** Whose bodies are bounded together. */
    private static @Nullable String owner(Context context, Journal.Actor actor) {
        return actor.name().equals(AccessControl.GROUP_SECRET)
                ? "group " + Long.parseLong(context.pathParam("id"))
                : null;
    }

    private ApiServer(Javalin javalin, String host, boolean encrypted, List<ServedRoute> served) {
        this.javalin = javalin;
        this.host = host;
        this.encrypted = encrypted;
        this.served = List.copyOf(served);
    }

    /** @param certificate null to speak without TLS */
    static ApiServer start(
            ClientServiceConfiguration configuration,
            Watch watch,
            @Nullable ServerCertificate certificate,
            List<Routes> routes)
            throws ServiceStartException {
        ServerSocketChannel socket = ListenSocket.bind(configuration);
        List<ServedRoute> served = new ArrayList<>();
        Javalin javalin = Javalin.create(config -> {
            config.concurrency.useVirtualThreads = true;
            config.startup.showJavalinBanner = false;
            config.startup.showOldJavalinVersionWarning = false;
            config.startup.startupWatcherEnabled = false;
            config.http.maxRequestSize = configuration.limits().maximumBatchBytes();
            config.http.prefer405over404 = true;
            config.jetty.addConnector(
                    (server, http) -> connector(configuration, socket, watch.clock(), certificate, server, http));
            Registry registry = new Registry(config.routes, watch);
            routes.forEach(part -> part.addTo(registry));
            served.addAll(registry.served);
            addErrors(config.routes);
        });
        try {
            javalin.start();
        } catch (RuntimeException e) {
            javalin.stop();
            close(socket);
            throw new ServiceStartException(
                    "the service cannot serve HTTP on " + configuration.host() + ": " + rootMessage(e));
        }
        return new ApiServer(javalin, configuration.host(), certificate != null, served);
    }

    private static void close(ServerSocketChannel socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("The listening socket could not be closed: {}", e.getMessage());
        }
    }

    @SuppressWarnings(
            "deprecation") // The handler that is to follow the least data rate cannot be put around the one that
    // Javalin makes.
    private static ServerConnector connector(
            ClientServiceConfiguration configuration,
            ServerSocketChannel socket,
            MonotonicClock clock,
            @Nullable ServerCertificate certificate,
            org.eclipse.jetty.server.Server server,
            HttpConfiguration http) {
        http.setSendServerVersion(false);
        // Each connection would keep a hundred kilobytes for headers that it has seen; a thousand clients keep two
        // thousand connections.
        http.setHeaderCacheSize(0);
        // The certificate is identified by its fingerprint: its name need not be that of the request.
        http.getCustomizers().removeIf(SecureRequestCustomizer.class::isInstance);
        http.addCustomizer(new SecureRequestCustomizer(false));
        SslContextFactory.@Nullable Server tls = certificate == null ? null : tls(certificate);
        ServerConnector connector = new ServerConnector(server, tls, new HttpConnectionFactory(http)) {
            @Override
            protected ServerSocketChannel openAcceptChannel() {
                return socket;
            }
        };
        connector.setHost(configuration.host());
        ServiceLimits limits = configuration.limits();
        connector.setIdleTimeout(limits.connectionIdle().toMillis());
        connector.addBean(
                new RequestHeaderTimeout(connector, clock, limits.connectionIdle(), limits.maximumConnections()));
        server.addBean(new NetworkConnectionLimit(limits.maximumConnections(), connector));
        return connector;
    }

    private static SslContextFactory.Server tls(ServerCertificate certificate) {
        SslContextFactory.Server factory = new SslContextFactory.Server();
        factory.setKeyStore(certificate.keyStore());
        factory.setKeyStorePassword("");
        return factory;
    }

    private static void addErrors(RoutesConfig routes) {
        routes.exception(
                RequestRefusedException.class, (e, context) -> answer(context, e.status(), e.detail(), e.field()));
        routes.exception(
                BatchConflict.class,
                (e, context) -> context.status(409)
                        .contentType("application/json")
                        .result(JsonFormat.mapper()
                                .writeValueAsString(new SequenceConflict(
                                        String.valueOf(e.getMessage()),
                                        "Conflict",
                                        409,
                                        "sequence",
                                        e.runId(),
                                        e.expectedSequence()))));
        routes.exception(StorageException.class, (e, context) -> {
            LOG.error("{} {}: {}", context.method(), context.path(), e.getMessage());
            answer(context, 503, String.valueOf(e.getMessage()), null);
        });
        routes.exception(
                InterruptedException.class,
                (e, context) ->
                        answer(context, 503, "the service is stopping; retry when it is available again", null));
        routes.exception(HttpResponseException.class, (e, context) -> {
            String allowed = e.getDetails().get("availableMethods");
            if (allowed != null) {
                context.header("Allow", allowed);
            }
            answer(context, e.getStatus(), words(context, e.getStatus()), null);
        });
        routes.exception(Exception.class, (e, context) -> {
            LOG.error("{} {} failed; this is a defect of the program", context.method(), context.path(), e);
            answer(context, 500, "the service failed on this request; see its log", null);
        });
        routes.error(404, context -> {
            if (context.resultInputStream() == null) {
                answer(context, 404, words(context, 404), null);
            }
        });
    }

    private static String words(Context context, int status) {
        String asked = context.method() + " " + context.path();
        return switch (status) {
            case 404 -> "there is no route " + asked + "; /docs lists them";
            case 405 -> asked + " is not offered; /docs lists what is";
            case 413 -> "the body is too large; send less at once";
            default -> HttpStatus.forStatus(status).getMessage() + " for " + asked;
        };
    }

    private static void answer(Context context, int status, String detail, @Nullable String field) {
        if (context.method().equals(HandlerType.HEAD)) {
            context.status(status);
            return;
        }
        json(context, status, new ErrorBody(detail, HttpStatus.forStatus(status).getMessage(), status, field));
    }

    /**
     * Answers with a record. By way of a text, in which half of a surrogate pair becomes a question mark instead of a
     * failure.
     */
    static void json(Context context, int status, Object body) {
        context.status(status)
                .contentType("application/json")
                .result(JsonFormat.mapper().writeValueAsString(body).getBytes(StandardCharsets.UTF_8));
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    List<ServedRoute> served() {
        return served;
    }

    /** With the real port. */
    URI address() {
        boolean every = host.equals("0.0.0.0") || host.equals("::");
        String shown = every ? "127.0.0.1" : host.contains(":") ? "[" + host + "]" : host;
        return URI.create((encrypted ? "https://" : "http://") + shown + ":" + javalin.port());
    }

    @Override
    public void close() {
        javalin.stop();
    }
}
