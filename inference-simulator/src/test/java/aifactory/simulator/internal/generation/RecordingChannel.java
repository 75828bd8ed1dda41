package aifactory.simulator.internal.generation;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** A client that notes what it is sent and when, and that may stop reading. */
final class RecordingChannel implements AnswerChannel {
    /** Bytes that were sent together. */
    record Write(long atNanos, String text) {}

    private final LongSupplier clock;
    private final List<Write> writes = new ArrayList<>();
    private boolean writable = true;
    private boolean finished;
    private boolean closed;
    private boolean reset;

    RecordingChannel(LongSupplier clock) {
        this.clock = clock;
    }

    List<Write> writes() {
        return writes;
    }

    String text() {
        StringBuilder text = new StringBuilder();
        writes.forEach(write -> text.append(write.text()));
        return text.toString();
    }

    boolean isFinished() {
        return finished;
    }

    boolean isClosed() {
        return closed;
    }

    boolean isReset() {
        return reset;
    }

    void setWritable(boolean newWritable) {
        writable = newWritable;
    }

    @Override
    public ByteBuf allocate(int capacityBytes) {
        return Unpooled.buffer(capacityBytes);
    }

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public boolean isPersistent() {
        return true;
    }

    @Override
    public boolean understandsChunks() {
        return true;
    }

    @Override
    public void split(int segmentBytes, long gapNanos) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void send(ByteBuf bytes) {
        writes.add(new Write(clock.getAsLong(), bytes.toString(StandardCharsets.UTF_8)));
    }

    @Override
    public void finish(ByteBuf bytes, boolean closeAfterwards) {
        send(bytes);
        finished = true;
        closed = closeAfterwards;
    }

    @Override
    public void reset() {
        reset = true;
    }
}
