/* The least lateness of a timer on this machine at this time: wakes at fixed times on the monotonic clock and prints how late it
 * was, in milliseconds.
 *
 *   timer PERIOD_MICROSECONDS SECONDS */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int ascending(const void *a, const void *b) {
  long x = *(const long *)a, y = *(const long *)b;
  return (x > y) - (x < y);
}

int main(int count, char **arguments) {
  if (count < 3) {
    fprintf(stderr, "usage: %s PERIOD_MICROSECONDS SECONDS\n", arguments[0]);
    return 2;
  }
  long period = atol(arguments[1]) * 1000, beats = atol(arguments[2]) * 1000000000L / period;
  long *late = malloc(beats * sizeof *late);
  struct timespec start, now;
  clock_gettime(CLOCK_MONOTONIC, &start);
  long first = start.tv_sec * 1000000000L + start.tv_nsec;
  for (long i = 0; i < beats; i++) {
    long due = first + (i + 1) * period;
    struct timespec until = {due / 1000000000L, due % 1000000000L};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, 0) == EINTR) continue;
    clock_gettime(CLOCK_MONOTONIC, &now);
    late[i] = now.tv_sec * 1000000000L + now.tv_nsec - due;
  }
  qsort(late, beats, sizeof *late, ascending);
  printf("{\"p50\":%.4f,\"p99\":%.4f,\"largest\":%.4f}\n", late[beats / 2] / 1e6, late[beats * 99 / 100] / 1e6,
         late[beats - 1] / 1e6);
  return 0;
}
