package aifactory.commandline.progress;

/** Shows nothing. */
record NoProgress() implements ProgressDisplay {
    @Override
    public void show(ProgressText text) {}

    @Override
    public void close() {}
}
