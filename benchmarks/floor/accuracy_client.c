/* The least that a process can do to time streams, in the structure of the load engine: one thread, epoll, requests at fixed times on
 * connections that are kept, a clock read before each write, a stamp for each read.
 *
 *   client PORT REQUESTS_PER_SECOND SECONDS kernel|process RECORDS
 *
 * Writes a line for each request that was answered: its number, when it was due, started, had its first and its last chunk, its chunks, and
 * the longest gap between two of them; in nanoseconds, the times on the monotonic clock. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define MOST_FILES 4096

struct request {
  long index, due, started, first, last, longest_gap;
  int chunks;
};

static struct request requests[MOST_FILES];
static int idle[MOST_FILES], idles;
static struct sockaddr_in address;
static int ep, stamped, in_flight;
static long offset, width = 1L << 62;
static char buffer[65536];
static FILE *records;

static long nanos(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * 1000000000L + t.tv_nsec;
}

static void die(const char *what) {
  perror(what);
  exit(1);
}

/* Of the environment, for a server in another network namespace. */
static in_addr_t server_address(void) {
  const char *given = getenv("ACCURACY_SERVER");
  return given ? inet_addr(given) : htonl(INADDR_LOOPBACK);
}

/* The wall clock less the monotonic clock. */
static void compare_clocks(void) {
  long before = nanos(CLOCK_MONOTONIC), wall = nanos(CLOCK_REALTIME), after = nanos(CLOCK_MONOTONIC);
  if (after - before < width) {
    width = after - before;
    offset = wall - before - width / 2;
  }
}

static int connected(void) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1, stamps = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;
  if (fd < 0 || fd >= MOST_FILES) die("socket");
  if (stamped && setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &stamps, sizeof stamps)) die("stamps");
  if (connect(fd, (void *)&address, sizeof address)) die("connect");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct epoll_event e = {.events = EPOLLIN | EPOLLET, .data.fd = fd};
  epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
  return fd;
}

static void send_request(long index, long due) {
  static const char body[] = "{\"model\":\"simulated\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"stream\":true}";
  char request[512];
  int length = sprintf(request,
                       "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
                       "x-request-id: run-%ld\r\ncontent-length: %zu\r\n\r\n%s",
                       index, sizeof body - 1, body);
  long started = nanos(CLOCK_MONOTONIC);
  int fd = idles ? idle[--idles] : connected();
  requests[fd] = (struct request){.index = index, .due = due, .started = started};
  in_flight++;
  if (write(fd, request, length) != length) die("write");
}

static long arrived(struct msghdr *message) {
  if (stamped)
    for (struct cmsghdr *h = CMSG_FIRSTHDR(message); h; h = CMSG_NXTHDR(message, h))
      if (h->cmsg_level == SOL_SOCKET && h->cmsg_type == SO_TIMESTAMPING) {
        struct timespec *stamp = (void *)CMSG_DATA(h);
        return stamp->tv_sec * 1000000000L + stamp->tv_nsec - offset;
      }
  return nanos(CLOCK_MONOTONIC);
}

static void receive(int fd) {
  char control[256];
  struct iovec vector = {buffer, sizeof buffer};
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  int length = recvmsg(fd, &message, MSG_DONTWAIT);
  if (length < 0 && errno == EAGAIN) return;
  if (length <= 0) die("receive");
  long now = arrived(&message);
  struct request *r = &requests[fd];
  char *at = buffer, *end = buffer + length;
  while ((at = memmem(at, end - at, "\"content\":", 10))) {
    long gap = now - r->last;
    if (r->chunks++ == 0)
      r->first = now;
    else if (gap > r->longest_gap)
      r->longest_gap = gap;
    r->last = now;
    at += 10;
  }
  if (length >= 5 && memcmp(end - 5, "0\r\n\r\n", 5) == 0) {
    fprintf(records, "%ld %ld %ld %ld %ld %d %ld\n", r->index, r->due, r->started, r->first, r->last, r->chunks, r->longest_gap);
    idle[idles++] = fd;
    in_flight--;
  }
}

int main(int count, char **arguments) {
  if (count < 6) {
    fprintf(stderr, "usage: %s PORT REQUESTS_PER_SECOND SECONDS kernel|process RECORDS\n", arguments[0]);
    return 2;
  }
  long period = 1000000000L / atol(arguments[2]), all = atol(arguments[3]) * 1000000000L / period, index = 0;
  stamped = strcmp(arguments[4], "kernel") == 0;
  records = fopen(arguments[5], "w");
  if (!records) die(arguments[5]);
  address = (struct sockaddr_in){.sin_family = AF_INET,
                                 .sin_port = htons(atoi(arguments[1])),
                                 .sin_addr.s_addr = server_address()};
  prctl(PR_SET_TIMERSLACK, 1);
  for (int i = 0; i < 100; i++) compare_clocks();
  ep = epoll_create1(0);
  int timer = timerfd_create(CLOCK_MONOTONIC, 0);
  struct epoll_event e = {.events = EPOLLIN, .data.fd = timer};
  epoll_ctl(ep, EPOLL_CTL_ADD, timer, &e);
  /* The kernel begins to stamp some time after the first socket asks for it. */
  idle[idles++] = connected();
  struct timespec moment = {0, 200000000};
  nanosleep(&moment, 0);
  long began = nanos(CLOCK_MONOTONIC);
  while (index < all || in_flight) {
    for (; index < all && began + index * period <= nanos(CLOCK_MONOTONIC); index++) send_request(index, began + index * period);
    if (index < all) {
      long next = began + index * period;
      struct itimerspec at = {.it_value = {next / 1000000000L, next % 1000000000L}};
      timerfd_settime(timer, TFD_TIMER_ABSTIME, &at, 0);
    }
    struct epoll_event events[256];
    int ready = epoll_wait(ep, events, 256, -1);
    for (int i = 0; i < ready; i++) {
      long expired;
      if (events[i].data.fd != timer)
        receive(events[i].data.fd);
      else if (read(timer, &expired, sizeof expired) < 0)
        die("timer");
    }
  }
  return fclose(records) ? 1 : 0;
}
