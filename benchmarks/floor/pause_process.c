/* Stops a process again and again for a while, as a machine does that has no core for it: at real-time priority where it may have it, so
 * that its own times are kept. Ends when the process does, or its standard input.
 *
 *   pause PROCESS PAUSE_MICROSECONDS PERIOD_MICROSECONDS */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void wait_micros(long micros) {
  struct timespec time = {micros / 1000000L, micros % 1000000L * 1000};
  while (nanosleep(&time, &time) && errno == EINTR) continue;
}

int main(int count, char **arguments) {
  if (count < 4) {
    fprintf(stderr, "usage: %s PROCESS PAUSE_MICROSECONDS PERIOD_MICROSECONDS\n", arguments[0]);
    return 2;
  }
  int process = atoi(arguments[1]);
  long pause = atol(arguments[2]), period = atol(arguments[3]);
  struct sched_param priority = {.sched_priority = 20};
  sched_setscheduler(0, SCHED_FIFO, &priority);
  struct pollfd input = {.fd = 0, .events = POLLIN};
  while (poll(&input, 1, 0) == 0) {
    wait_micros(period - pause);
    if (kill(process, SIGSTOP)) return 0;
    wait_micros(pause);
    if (kill(process, SIGCONT)) return 0;
  }
  return 0;
}
