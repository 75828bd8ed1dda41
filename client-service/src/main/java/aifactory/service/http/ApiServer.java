package aifactory.service.http;

import aifactory.protocol.ErrorBody;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.SequenceConflict;
import aifactory.service.ClientServiceConfiguration;
import aifactory.service.Journal;
import aifactory.service.RequestRefusedException;
import aifactory.service.ServiceStartException;
import aifactory.service.persistence.StorageException;
import aifactory.service.runs.BatchConflict;
import io.javalin.Javalin;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import java.net.URI;
import java.util.List;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves HTTP: hands requests to the routes, checks who asks, and gives every error the same form. */
public final class ApiServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
    /** A thousand clients may register within moments. */
    private static final int BACKLOG = 4096;

    private final Javalin javalin;
    private final String host;

    /** Adds routes. */
    interface Routes {
        void addTo(Registry registry);
    }

    /** What may throw what the service throws. */
    @FunctionalInterface
    interface Route {
        void handle(Context context) throws StorageException, InterruptedException, BatchConflict, java.io.IOException;
    }

    /** Takes routes, each guarded alike. */
    static final class Registry {
        private final RoutesConfig routes;
        private final AccessControl access;

        private Registry(RoutesConfig routes, AccessControl access) {
            this.routes = routes;
            this.access = access;
        }

        void get(String path, Route route) {
            routes.get(path, context -> guarded(context, route));
        }

        void post(String path, Route route) {
            routes.post(path, context -> guarded(context, route));
        }

        void delete(String path, Route route) {
            routes.delete(path, context -> guarded(context, route));
        }

        private void guarded(Context context, Route route) throws Exception {
            Journal.Actor actor = access.check(context);
            ScopedValue.where(Journal.ACTOR, actor).call(() -> {
                route.handle(context);
                return true;
            });
        }
    }

    private ApiServer(Javalin javalin, String host) {
        this.javalin = javalin;
        this.host = host;
    }

    static ApiServer start(ClientServiceConfiguration configuration, AccessControl access, List<Routes> routes)
            throws ServiceStartException {
        Javalin javalin = Javalin.create(config -> {
            config.concurrency.useVirtualThreads = true;
            config.startup.showJavalinBanner = false;
            config.startup.showOldJavalinVersionWarning = false;
            config.startup.startupWatcherEnabled = false;
            config.http.maxRequestSize = configuration.limits().maximumBatchBytes();
            config.http.prefer405over404 = true;
            config.jetty.addConnector((server, http) -> connector(configuration, server, http));
            Registry registry = new Registry(config.routes, access);
            routes.forEach(part -> part.addTo(registry));
            addErrors(config.routes);
        });
        try {
            javalin.start();
        } catch (RuntimeException e) {
            javalin.stop();
            throw new ServiceStartException("the service cannot listen on " + configuration.host() + ":"
                    + configuration.port() + ": " + rootMessage(e)
                    + "; is another one running? Choose another port with --port, or 0 for any free one");
        }
        return new ApiServer(javalin, configuration.host());
    }

    private static ServerConnector connector(
            ClientServiceConfiguration configuration, org.eclipse.jetty.server.Server server, HttpConfiguration http) {
        http.setSendServerVersion(false);
        ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost(configuration.host());
        connector.setPort(configuration.port());
        connector.setAcceptQueueSize(BACKLOG);
        connector.setIdleTimeout(configuration.limits().connectionIdle().toMillis());
        return connector;
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
                (e, context) -> answer(context, 503, "the service is ending; ask again when it is back", null));
        routes.exception(
                HttpResponseException.class,
                (e, context) -> answer(context, e.getStatus(), words(context, e.getStatus()), null));
        routes.exception(Exception.class, (e, context) -> {
            LOG.error("{} {} failed; this is a defect of the program", context.method(), context.path(), e);
            answer(context, 500, "the service failed on this request; its log tells more", null);
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

    /** Answers with a record. */
    static void json(Context context, int status, Object body) {
        context.status(status)
                .contentType("application/json")
                .result(JsonFormat.mapper().writeValueAsBytes(body));
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    /** With the real port. */
    URI address() {
        boolean every = host.equals("0.0.0.0") || host.equals("::");
        String shown = every ? "127.0.0.1" : host.contains(":") ? "[" + host + "]" : host;
        return URI.create("http://" + shown + ":" + javalin.port());
    }

    @Override
    public void close() {
        javalin.stop();
    }
}
