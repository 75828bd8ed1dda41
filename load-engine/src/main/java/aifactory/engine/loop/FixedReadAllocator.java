package aifactory.engine.loop;

import io.netty.channel.FixedRecvByteBufAllocator;

/**
 * Reads into buffers of one size, that hold a few chunks of a stream: guessing a size from read to read costs more than it
 * saves when reads are small and many.
 */
final class FixedReadAllocator extends FixedRecvByteBufAllocator {
    private static final int READ_BYTES = 16 << 10;

    FixedReadAllocator() {
        super(READ_BYTES);
    }
}
