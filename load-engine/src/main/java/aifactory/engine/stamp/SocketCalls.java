package aifactory.engine.stamp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Two functions of the C library, on 64-bit little-endian Linux. Stateless. */
final class SocketCalls {
    private static final Logger LOG = LoggerFactory.getLogger(SocketCalls.class);
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final VarHandle ERROR =
            Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final @Nullable MethodHandle RECVMSG =
            find("recvmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    private static final @Nullable MethodHandle GETSOCKOPT =
            find("getsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));

    private SocketCalls() {}

    @SuppressWarnings("restricted") // The program is started with access to native functions.
    private static @Nullable MethodHandle find(String name, FunctionDescriptor descriptor) {
        boolean known = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")
                && ADDRESS.byteSize() == 8
                && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        try {
            return known
                    ? LINKER.defaultLookup()
                            .find(name)
                            .map(address -> LINKER.downcallHandle(address, descriptor, ERRNO))
                            .orElse(null)
                    : null;
        } catch (UnsupportedOperationException | IllegalCallerException e) {
            LOG.debug("{} cannot be called: {}", name, e.getMessage());
            return null;
        }
    }

    static boolean areAvailable() {
        return RECVMSG != null && GETSOCKOPT != null;
    }

    /** {@code errno} after a call that failed. */
    static int error(MemorySegment callState) {
        return (int) ERROR.get(callState, 0L);
    }

    /** {@code recvmsg(2)}. */
    static long receive(MemorySegment callState, int descriptor, MemorySegment message, int flags) {
        try {
            return (long) available(RECVMSG).invokeExact(callState, descriptor, message, flags);
        } catch (Throwable e) {
            throw new IllegalStateException("recvmsg cannot be called", e);
        }
    }

    /** {@code getsockopt(2)}. */
    static int getOption(
            MemorySegment callState, int descriptor, int level, int name, MemorySegment value, MemorySegment length) {
        try {
            return (int) available(GETSOCKOPT).invokeExact(callState, descriptor, level, name, value, length);
        } catch (Throwable e) {
            throw new IllegalStateException("getsockopt cannot be called", e);
        }
    }

    private static MethodHandle available(@Nullable MethodHandle function) {
        if (function == null) {
            throw new IllegalStateException("no such function on this system");
        }
        return function;
    }
}
