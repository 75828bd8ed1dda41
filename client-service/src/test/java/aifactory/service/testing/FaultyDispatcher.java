package aifactory.service.testing;

import aifactory.service.dispatch.ClientDispatcher;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A dispatcher one of whose methods throws what it must not, or does what the test wants before it answers.
 * Thread-safe.
 */
public final class FaultyDispatcher {
    private volatile String method = "";
    private volatile Supplier<@Nullable Throwable> fault = () -> null;
    private final AtomicInteger calls = new AtomicInteger();

    /** The dispatcher as the service sees it. */
    public ClientDispatcher of(ClientDispatcher real) {
        return (ClientDispatcher) Proxy.newProxyInstance(
                FaultyDispatcher.class.getClassLoader(),
                new Class<?>[] {ClientDispatcher.class},
                (_, called, arguments) -> {
                    if (called.getName().equals(method)) {
                        calls.incrementAndGet();
                        Throwable thrown = fault.get();
                        if (thrown != null) {
                            throw thrown;
                        }
                    }
                    try {
                        return called.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause() == null ? e : e.getCause();
                    }
                });
    }

    /** From now on that method first does that, and throws what it returns. */
    public void at(String name, Supplier<@Nullable Throwable> what) {
        calls.set(0);
        fault = what;
        method = name;
    }

    /** Everything is as it should be. */
    public void mend() {
        method = "";
    }

    /** How often the method was called. */
    public int calls() {
        return calls.get();
    }
}
