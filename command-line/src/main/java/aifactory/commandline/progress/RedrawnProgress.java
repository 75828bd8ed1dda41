package aifactory.commandline.progress;

import aifactory.commandline.session.PlainPrintStream;
import java.io.PrintStream;

/** A few lines at the end of the screen that are redrawn in place. */
final class RedrawnProgress implements ProgressDisplay {
    private static final String CLEAR_BELOW = "\u001b[J";
    /** Lines wider than the terminal are cut: were they wrapped, moving up would miss the area's first line. */
    private static final String WRAPPING_OFF = "\u001b[?7l";

    private static final String WRAPPING_ON = "\u001b[?7h";

    private final PrintStream stream;
    private int drawnLines;

    RedrawnProgress(PrintStream stream) {
        this.stream = stream;
    }

    @Override
    public void show(ProgressText text) {
        StringBuilder drawing = new StringBuilder(WRAPPING_OFF).append(toFirstLine());
        text.area().forEach(line -> drawing.append(PlainPrintStream.plain(line)).append('\n'));
        drawnLines = text.area().size();
        emit(drawing.append(WRAPPING_ON));
    }

    @Override
    public void close() {
        if (drawnLines > 0) {
            emit(new StringBuilder(toFirstLine()));
            drawnLines = 0;
        }
    }

    private String toFirstLine() {
        return (drawnLines == 0 ? "" : "\u001b[" + drawnLines + "A") + "\r" + CLEAR_BELOW;
    }

    // In one write, so that nothing flickers.
    private void emit(StringBuilder drawing) {
        if (stream instanceof PlainPrintStream terminal) {
            terminal.draw(drawing.toString());
        } else {
            stream.print(drawing);
        }
        stream.flush();
    }
}
