package aifactory.simulator.internal.replay;

import aifactory.simulator.Recording;
import aifactory.simulator.Recording.End;
import aifactory.simulator.Recording.Segment;
import aifactory.simulator.internal.generation.AnswerChannel;
import aifactory.simulator.internal.generation.LoopServices;
import aifactory.simulator.internal.generation.OngoingAnswer;
import aifactory.simulator.internal.timing.TimerEntry;
import io.netty.buffer.Unpooled;

/** A recorded response on its way to a client. Owned by its connection's event loop. */
public final class ReplayedAnswer extends TimerEntry implements OngoingAnswer {
    private final Recording recording;
    private final LoopServices services;
    private final AnswerChannel channel;
    private int sent;
    private boolean awaitsClient;

    private ReplayedAnswer(Recording recording, LoopServices services, AnswerChannel channel) {
        this.recording = recording;
        this.services = services;
        this.channel = channel;
    }

    /**
     * Begins to send.
     *
     * @param receivedNanos server time at which the request had been read
     */
    public static ReplayedAnswer begin(
            Recording recording, LoopServices services, AnswerChannel channel, long receivedNanos) {
        ReplayedAnswer answer = new ReplayedAnswer(recording, services, channel);
        answer.scheduleNext(receivedNanos);
        return answer;
    }

    private void scheduleNext(long previousNanos) {
        boolean isAll = sent == recording.response().size();
        services.timer()
                .schedule(
                        this,
                        previousNanos
                                + (isAll ? 0 : recording.response().get(sent).delayNanos()));
    }

    @Override
    protected void due(long dueNanos) {
        if (sent == recording.response().size()) {
            end();
        } else if (channel.isWritable()) {
            Segment segment = recording.response().get(sent++);
            if (segment.bytes().length > 0) {
                channel.send(Unpooled.wrappedBuffer(segment.bytes()));
            }
            scheduleNext(dueNanos);
        } else {
            awaitsClient = true;
        }
    }

    private void end() {
        if (recording.end() == End.RESET) {
            channel.reset();
        } else {
            channel.finish(Unpooled.EMPTY_BUFFER, recording.end() == End.CLOSE);
        }
    }

    @Override
    public void writable() {
        if (awaitsClient) {
            awaitsClient = false;
            services.timer().schedule(this, services.state().clock().nanoTime());
        }
    }

    @Override
    public void cancel() {
        services.timer().cancel(this);
    }
}
