package aifactory.client.command;

import aifactory.client.connection.GroupService;
import aifactory.client.connection.Registration;
import aifactory.client.connection.RegistrationOutcome;
import aifactory.client.progress.ProcessContext;
import aifactory.client.waiting.Awaiting;
import aifactory.client.waiting.Backoff;
import aifactory.client.waiting.EndReason;
import aifactory.client.waiting.Ending;
import aifactory.measurement.MonotonicClock;
import aifactory.node.connection.Reply;
import aifactory.protocol.ClientCommand;
import aifactory.protocol.CommandPoll;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one poll for commands open until the process has to end. Commands are executed in order and each once, however
 * often the service sends them; the number of the last one, in the next poll, acknowledges it.
 */
public final class CommandPoller {
    private static final Logger LOG = LoggerFactory.getLogger(CommandPoller.class);
    private static final int NOT_FOUND = 404;
    private static final int GONE = 410;
    /**
     * A poll that ends sooner without a command is followed by a pause, so that no service can make this a busy loop.
     */
    private static final Duration SHORTEST_POLL = Duration.ofMillis(100);

    private final GroupService service;
    private final Registration registration;
    private final RunCoordinator coordinator;
    private final ProcessContext context;
    private final MonotonicClock clock;
    private final Ending ending;
    private final Backoff backoff;
    private final Duration hold;
    private final Duration serviceLostTimeout;
    private @Nullable Long failingSinceNanos;

    /**
     * @param hold how long the service may hold a poll
     * @param serviceLostTimeout how long to continue without contact to the service
     */
    public CommandPoller(
            GroupService service,
            Registration registration,
            RunCoordinator coordinator,
            ProcessContext context,
            Duration hold,
            Duration serviceLostTimeout) {
        this.service = service;
        this.registration = registration;
        this.coordinator = coordinator;
        this.context = context;
        this.clock = context.clock();
        this.ending = context.ending();
        this.backoff = context.backoffs().start();
        this.hold = hold;
        this.serviceLostTimeout = serviceLostTimeout;
    }

    /** Polls until the end is requested, by whomever; on the caller's thread. */
    public void run() throws InterruptedException {
        while (!ending.signal().isRaised()) {
            long sentNanos = clock.nanoTime();
            Reply<CommandPoll> reply = Awaiting.unless(ending.signal(), service.poll(coordinator.lastSequence(), hold));
            switch (reply) {
                case null -> {}
                case Reply.Accepted<CommandPoll> accepted -> accepted(accepted.value(), sentNanos);
                case Reply.Refused<CommandPoll> refused -> registerAgain(refused);
                case Reply.Unavailable<CommandPoll> unavailable ->
                    unavailable(unavailable.reason(), unavailable.retryAfter());
            }
        }
    }

    private void accepted(CommandPoll poll, long sentNanos) throws InterruptedException {
        if (failingSinceNanos != null) {
            LOG.info("the service responds again");
            failingSinceNanos = null;
        }
        backoff.reset();
        for (ClientCommand command : poll.commands()) {
            long last = coordinator.lastSequence();
            if (command.sequence() > last + 1) {
                unavailable("the service sent command " + command.sequence() + " after " + last, null);
                return;
            }
            if (command.sequence() == last + 1) {
                coordinator.execute(command);
            }
        }
        Duration taken = Duration.ofNanos(clock.nanoTime() - sentNanos);
        if (poll.commands().isEmpty() && taken.compareTo(SHORTEST_POLL) < 0) {
            context.sleeper().sleep(SHORTEST_POLL.minus(taken), ending.signal());
        }
    }

    /**
     * The service does not know this client: it lost its state, or the group no longer exists. Registering shows which.
     */
    private void registerAgain(Reply.Refused<CommandPoll> refused) throws InterruptedException {
        LOG.warn("the service refused a poll with {} {}; registering again", refused.status(), refused.detail());
        switch (registration.register(serviceLostTimeout)) {
            case RegistrationOutcome.Registered registered -> {
                int clientId = registered.response().clientId();
                int before = service.clientId();
                service.registeredAgain(registered.response());
                if (clientId != before) {
                    LOG.warn("this process is client {} from now on, it was {}", clientId, before);
                    context.log().clientId(clientId);
                    coordinator.forget();
                }
                unavailable("the service refused a poll", null);
            }
            case RegistrationOutcome.Refused gone
            when gone.status() == NOT_FOUND || gone.status() == GONE -> {
                LOG.error("the group no longer exists: {}", gone.detail());
                ending.request(EndReason.GROUP_GONE);
            }
            case RegistrationOutcome.Refused no -> {
                LOG.error("{} refused this process with {}: {}", no.service(), no.status(), no.detail());
                ending.request(EndReason.REFUSED);
            }
            case RegistrationOutcome.GaveUp gaveUp -> lost(gaveUp.lastReason());
            case RegistrationOutcome.Ended _ -> {}
        }
    }

    private void unavailable(String reason, @Nullable Duration retryAfter) throws InterruptedException {
        long now = clock.nanoTime();
        if (failingSinceNanos == null) {
            failingSinceNanos = now;
            LOG.warn("no commands from the service, retrying: {}", reason);
        }
        // A process that was suspended has had no contact to the service either, so both times have to be long.
        Duration failing = Duration.ofNanos(now - failingSinceNanos);
        boolean failedLong = failing.compareTo(serviceLostTimeout) >= 0;
        if (failedLong && service.silence().compareTo(serviceLostTimeout) >= 0) {
            lost(reason);
            return;
        }
        context.sleeper().sleep(backoff.next(retryAfter), ending.signal());
    }

    private void lost(String reason) {
        LOG.error(
                "no contact to the service for {} s, giving up: {}; check the service's log, then submit again",
                serviceLostTimeout.toSeconds(),
                reason);
        ending.request(EndReason.SERVICE_LOST);
    }
}
