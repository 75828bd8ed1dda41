package aifactory.service.dispatch.local;

/**
 * A process, distinguished from a later one with the same number.
 *
 * @param startTicks when it started, in the kernel's ticks since boot
 * @param bootId the boot of the machine that it belongs to
 */
record ProcessIdentity(long pid, long startTicks, String bootId) {}
