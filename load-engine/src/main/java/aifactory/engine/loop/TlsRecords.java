package aifactory.engine.loop;

import io.netty.buffer.ByteBuf;

/**
 * Where the records of TLS end among the bytes of a connection (RFC 8446, 5.1): type, version, and two bytes of length,
 * then so many bytes. A record can be read only when it is complete.
 */
final class TlsRecords {
    private static final int HEADER_BYTES = 5;

    private int headerBytes;
    private int length;
    private int left;

    /** Bytes have been read; they stay in the buffer. */
    void pass(ByteBuf buffer) {
        int position = buffer.readerIndex();
        int end = buffer.writerIndex();
        while (position < end) {
            if (left > 0) {
                int skipped = Math.min(left, end - position);
                left -= skipped;
                position += skipped;
                continue;
            }
            int value = buffer.getUnsignedByte(position++);
            length = headerBytes >= HEADER_BYTES - 2 ? length << 8 | value : 0;
            headerBytes++;
            if (headerBytes == HEADER_BYTES) {
                headerBytes = 0;
                left = length;
            }
        }
    }

    /** Whether the bytes so far are whole records. */
    boolean isComplete() {
        return headerBytes == 0 && left == 0;
    }
}
