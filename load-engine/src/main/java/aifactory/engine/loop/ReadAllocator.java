package aifactory.engine.loop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/**
 * Gives a channel a buffer for each read of its socket: exactly as large as the data in the socket with the stamp that
 * the wire has just obtained, so that no later data is read with it. Where the kernel does not stamp, buffers of one
 * size that hold a few chunks of a stream: guessing a size from read to read costs more than it saves when reads are
 * small and many.
 */
final class ReadAllocator extends DefaultMaxMessagesRecvByteBufAllocator {
    static final int READ_BYTES = 16 << 10;

    private final ChannelWire wire;

    ReadAllocator(ChannelWire wire) {
        // All data in a socket is read at once: a remainder would not be reported again (edge-triggered).
        super(Integer.MAX_VALUE);
        this.wire = wire;
    }

    @Override
    @SuppressWarnings("deprecation") // The type that channels ask for.
    public Handle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public int guess() {
                return READ_BYTES;
            }

            @Override
            public ByteBuf allocate(ByteBufAllocator allocator) {
                int waiting = wire.peek();
                return allocator.ioBuffer(waiting > 0 ? waiting : READ_BYTES);
            }
        };
    }
}
