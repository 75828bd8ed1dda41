package aifactory.simulator.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SegmentingHandlerTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();

    @Test
    void sendsSegmentsOfTheGivenSizeInOrder() {
        SegmentingHandler.install(channel.pipeline(), 4, 0);
        channel.writeOutbound(text("0123456789"), text("ab"), text("cdefgh"));
        assertThat(sent()).containsExactly("0123", "4567", "89", "ab", "cdef", "gh");
        assertThat(channel.isWritable()).isTrue();
    }

    @Test
    void pausesBetweenSegmentsAndIsNotWritableMeanwhile() {
        channel.freezeTime();
        SegmentingHandler.install(channel.pipeline(), 4, 1_000_000);
        channel.writeOutbound(text("0123456789"));
        assertThat(sent()).containsExactly("0123");
        assertThat(channel.isWritable()).isFalse();
        pass(999_999);
        assertThat(sent()).isEmpty();
        pass(1);
        assertThat(sent()).containsExactly("4567");
        pass(1_000_000);
        assertThat(sent()).containsExactly("89");
        assertThat(channel.isWritable()).isTrue();
    }

    @Test
    void closesOnlyWhenAllIsSent() {
        channel.freezeTime();
        SegmentingHandler.install(channel.pipeline(), 1, 1_000_000);
        channel.writeOutbound(text("abc"));
        // Not channel.close(): that cancels what is scheduled, as a real event loop does not.
        var _ = channel.pipeline().close();
        assertThat(channel.isOpen()).isTrue();
        pass(1_000_000);
        pass(1_000_000);
        assertThat(sent()).containsExactly("a", "b", "c");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void stoppingSplitsOnlyWhatWaits() {
        channel.freezeTime();
        SegmentingHandler.install(channel.pipeline(), 2, 1_000_000);
        channel.writeOutbound(text("abcd"));
        SegmentingHandler.stop(channel.pipeline());
        channel.writeOutbound(text("efgh"));
        pass(1_000_000);
        assertThat(sent()).containsExactly("ab", "cd", "efgh");
    }

    private void pass(long nanos) {
        channel.advanceTimeBy(nanos, TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
    }

    private List<String> sent() {
        List<String> texts = new ArrayList<>();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            texts.add(next.toString(StandardCharsets.US_ASCII));
            next.release();
        }
        return texts;
    }

    private static ByteBuf text(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }
}
