/* The least that a process can do with streams: one thread, epoll, recv, a stamp for each read, a search for the content.
 *
 *   client PORT CONNECTIONS WARMUP_SECONDS MEASURED_SECONDS
 *
 * Prints one line of JSON: its CPU time for each chunk in the measured time, and the chunks of its whole life as it and the server
 * have counted them. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char REQUEST[] =
    "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
static struct sockaddr_in address;
static struct epoll_event events[1024];
static char buffer[65536];
static long chunks, stamps;

static long nanos(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * 1000000000L + t.tv_nsec;
}

static int connected(void) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(fd, (void *)&address, sizeof address)) {
    perror("connect");
    exit(1);
  }
  return fd;
}

static void send_request(int fd) {
  if (write(fd, REQUEST, sizeof REQUEST - 1) != sizeof REQUEST - 1) {
    perror("write");
    exit(1);
  }
}

static void read_ready(int ready, int again) {
  for (int i = 0; i < ready; i++) {
    int fd = events[i].data.fd;
    int length = recv(fd, buffer, sizeof buffer, 0);
    stamps += nanos(CLOCK_MONOTONIC);
    if (length <= 0) continue;
    char *at = buffer, *end = buffer + length;
    while ((at = memmem(at, end - at, "\"content\":", 10))) {
      chunks++;
      at += 10;
    }
    if (again && length >= 5 && memcmp(end - 5, "0\r\n\r\n", 5) == 0) send_request(fd);
  }
}

int main(int count, char **arguments) {
  if (count < 5) {
    fprintf(stderr, "usage: %s PORT CONNECTIONS WARMUP_SECONDS MEASURED_SECONDS\n", arguments[0]);
    return 2;
  }
  int connections = atoi(arguments[2]);
  long warmup = atol(arguments[3]) * 1000000000L, measured = atol(arguments[4]) * 1000000000L;
  address = (struct sockaddr_in){.sin_family = AF_INET,
                                 .sin_port = htons(atoi(arguments[1])),
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int ep = epoll_create1(0);
  for (int i = 0; i < connections; i++) {
    int fd = connected();
    fcntl(fd, F_SETFL, O_NONBLOCK);
    send_request(fd);
    struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
  }
  long began = nanos(CLOCK_MONOTONIC), from = 0, cpu_from = 0, chunks_from = 0, wakeups = 0;
  for (;;) {
    int ready = epoll_wait(ep, events, 1024, 100);
    long t = nanos(CLOCK_MONOTONIC);
    wakeups++;
    if (!from && t - began >= warmup) {
      from = t;
      cpu_from = nanos(CLOCK_PROCESS_CPUTIME_ID);
      chunks_from = chunks;
      wakeups = 0;
    }
    if (from && t - from >= measured) break;
    read_ready(ready, 1);
  }
  double seconds = (nanos(CLOCK_MONOTONIC) - from) / 1e9;
  double cpu = (nanos(CLOCK_PROCESS_CPUTIME_ID) - cpu_from) / 1e3;
  long measured_chunks = chunks - chunks_from, sent = -1, skipped = -1;

  int control = connected();
  char answer[128] = "";
  if (write(control, "STOP\n", 5) != 5 || read(control, answer, sizeof answer - 1) <= 0 ||
      sscanf(answer, "sent %ld skipped %ld", &sent, &skipped) != 2) {
    fprintf(stderr, "no answer to STOP\n");
    return 1;
  }
  for (int ready; (ready = epoll_wait(ep, events, 1024, 1000)) > 0;) read_ready(ready, 0);
  printf("{\"client\":\"floor\",\"connections\":%d,\"chunks_per_second\":%.0f,\"us_per_chunk\":%.3f,\"chunks_per_wakeup\":%.1f,"
         "\"chunks_received\":%ld,\"chunks_sent\":%ld,\"chunks_skipped\":%ld}\n",
         connections, measured_chunks / seconds, cpu / measured_chunks, (double)measured_chunks / wakeups, chunks, sent,
         skipped);
  return chunks == sent ? 0 : 1;
}
