"""Delay and lose Ethernet frames between two TAP devices, for kernels without netem.

Usage: link_impairment.py DEVICE DEVICE DELAY_MILLISECONDS JITTER_MILLISECONDS LOSS_PERCENT KEEPER_PROCESS

Both directions are treated alike. TAP devices, and not raw sockets on the link itself, because the kernel hands to a TAP
frames that are whole: segmented, and with their checksums. Ends when the keeper of the testbed has ended.
"""

import fcntl
import heapq
import os
import random
import selectors
import struct
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
LONGEST_FRAME = 65536
MOST_WAITING_FRAMES = 100_000  # a link holds only so much; what comes on top is lost


def open_tap(name):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
    return device


def send(device, frame):
    try:
        os.write(device, frame)
    except OSError:
        pass  # the other side is down or full: the frame is lost, as on a real link


def main():
    names, (delay, jitter, loss), keeper = sys.argv[1:3], map(float, sys.argv[3:6]), int(sys.argv[6])
    devices = [open_tap(name) for name in names]
    other = {devices[0]: devices[1], devices[1]: devices[0]}
    selector = selectors.DefaultSelector()
    for device in devices:
        selector.register(device, selectors.EVENT_READ)
    keeper_handle = os.pidfd_open(keeper)
    selector.register(keeper_handle, selectors.EVENT_READ)
    waiting, sequence, last_due = [], 0, {device: 0.0 for device in devices}
    while True:
        timeout = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
        for key, _ in selector.select(timeout):
            if key.fd == keeper_handle:
                return
            try:
                frame = os.read(key.fd, LONGEST_FRAME)
            except OSError:
                continue
            if random.random() * 100 < loss or len(waiting) >= MOST_WAITING_FRAMES:
                continue
            # Jitter must not change the order: a later frame is never due before an earlier one.
            due = time.monotonic() + max(0.0, delay + random.uniform(-jitter, jitter)) / 1000
            due = last_due[key.fd] = max(due, last_due[key.fd])
            sequence += 1
            heapq.heappush(waiting, (due, sequence, other[key.fd], frame))
        now = time.monotonic()
        while waiting and waiting[0][0] <= now:
            _, _, device, frame = heapq.heappop(waiting)
            send(device, frame)


main()
