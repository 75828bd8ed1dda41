package aifactory.commandline.session;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/** The size of a terminal, from the terminal itself: shells do not export {@code COLUMNS}. Stateless. */
final class TerminalSize {
    /** Of {@code asm-generic/ioctls.h}, the same on x86-64 and 64-bit Arm. */
    private static final long TIOCGWINSZ = 0x5413;
    /** Rows, columns, and two members in pixels, 16 bits each. */
    private static final int WINSIZE_BYTES = 8;

    private TerminalSize() {}

    /** Columns of the terminal behind a file descriptor; 0 where that is not known. */
    @SuppressWarnings("restricted") // The program is started with access to native functions.
    static int columns(int descriptor) {
        if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")) {
            return 0;
        }
        try (Arena arena = Arena.ofConfined()) {
            Linker linker = Linker.nativeLinker();
            MethodHandle ioctl = linker.downcallHandle(
                    linker.defaultLookup().find("ioctl").orElseThrow(),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
                    Linker.Option.firstVariadicArg(2));
            MemorySegment size = arena.allocate(WINSIZE_BYTES);
            int result = (int) ioctl.invokeExact(descriptor, TIOCGWINSZ, size);
            return result == 0 ? Short.toUnsignedInt(size.get(JAVA_SHORT, 2)) : 0;
        } catch (Throwable e) {
            // Access to native functions may be forbidden; the usual width is good enough.
            return 0;
        }
    }
}
