/* Answers each POST with a stream of server-sent events and logs when that really happened: when the kernel received the last byte of the
 * request, and the clock immediately before and after the write of each chunk. One thread, at real-time priority where it may have it.
 *
 *   server TTFT_MICROSECONDS GAP_MICROSECONDS CHUNKS LOG
 *
 * Prints the port. Ends when its standard input ends, and writes the log then: one line of JSON for each answer, in nanoseconds on the
 * monotonic clock. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define MOST_FILES 4096
#define MOST_REQUEST_BYTES (1 << 20)
#define NAME_BYTES 64

static const char HEAD[] =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n";
static const char MODELS[] =
    "{\"object\":\"list\",\"data\":[{\"id\":\"simulated\",\"object\":\"model\",\"created\":1790000000,\"owned_by\":\"benchmark\"}]}";
static const char EVENT[] =
    "data: {\"id\":\"chatcmpl-0f2b1c9e8d7a4b5c\",\"object\":\"chat.completion.chunk\",\"created\":1790000000,"
    "\"model\":\"simulated\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\" token\"},"
    "\"logprobs\":null,\"finish_reason\":null}]}\n\n";
static const char LAST[] =
    "data: {\"id\":\"chatcmpl-0f2b1c9e8d7a4b5c\",\"object\":\"chat.completion.chunk\",\"created\":1790000000,"
    "\"model\":\"simulated\",\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}]}\n\n"
    "data: {\"id\":\"chatcmpl-0f2b1c9e8d7a4b5c\",\"object\":\"chat.completion.chunk\",\"created\":1790000000,"
    "\"model\":\"simulated\",\"choices\":[],\"usage\":{\"prompt_tokens\":16,\"completion_tokens\":%d,\"total_tokens\":%d}}\n\n"
    "data: [DONE]\n\n";

struct answer {
  char name[NAME_BYTES];
  long received, read;
  int sent;
  long times[]; /* before and after each write */
};

struct connection {
  char *request;
  int length;
  long arrived, read;
  struct answer *answer; /* null while none is due */
  long due;
};

static struct connection connections[MOST_FILES];
static int active[MOST_FILES], actives;
static struct answer **answers;
static long answer_count, answer_room;
static int chunks;
static long ttft, gap, offset;
static char chunk[1024], ending[2048];
static int chunk_length, ending_length;

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

/* The wall clock less the monotonic clock, by the closest of some looks. */
static long wall_offset(void) {
  long best = 0, width = 1L << 62;
  for (int i = 0; i < 100; i++) {
    long before = nanos(CLOCK_MONOTONIC), wall = nanos(CLOCK_REALTIME), after = nanos(CLOCK_MONOTONIC);
    if (after - before < width) {
      width = after - before;
      best = wall - before - width / 2;
    }
  }
  return best;
}

static void send_whole(int fd, const char *bytes, int length) {
  int sent = send(fd, bytes, length, MSG_NOSIGNAL);
  if (sent >= 0 && sent < length) {
    fprintf(stderr, "the client reads so slowly that a socket's buffer is full\n");
    exit(1);
  }
}

static void forget(int fd) {
  for (int i = 0; i < actives; i++)
    if (active[i] == fd) active[i--] = active[--actives];
  connections[fd].answer = 0;
}

static void begin(int fd, const char *name, int name_length) {
  struct connection *c = &connections[fd];
  struct answer *a = calloc(1, sizeof *a + 2 * chunks * sizeof(long));
  if (!a) die("memory");
  memcpy(a->name, name, name_length < NAME_BYTES ? name_length : NAME_BYTES - 1);
  a->received = c->arrived ? c->arrived - offset : c->read;
  a->read = c->read;
  if (answer_count == answer_room) {
    answer_room = answer_room ? 2 * answer_room : 1024;
    answers = realloc(answers, answer_room * sizeof *answers);
    if (!answers) die("memory");
  }
  answers[answer_count++] = a;
  c->answer = a;
  c->due = a->received + ttft;
  active[actives++] = fd;
  send_whole(fd, HEAD, sizeof HEAD - 1);
}

static const char *header(const char *request, const char *name) {
  const char *found = strcasestr(request, name);
  return found ? found + strlen(name) + strspn(found + strlen(name), " ") : 0;
}

static void answer_whole_request(int fd) {
  struct connection *c = &connections[fd];
  c->request[c->length] = 0;
  char *end = strstr(c->request, "\r\n\r\n");
  if (!end) return;
  const char *length = header(c->request, "\r\ncontent-length:");
  int whole = end + 4 - c->request + (length && length < end ? atoi(length) : 0);
  if (c->length < whole || c->answer) return;
  if (memcmp(c->request, "POST", 4) == 0) {
    const char *name = header(c->request, "\r\nx-request-id:");
    begin(fd, name && name < end ? name : "", name && name < end ? (int)strcspn(name, "\r") : 0);
  } else {
    char response[512];
    send_whole(fd, response, sprintf(response, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %zu\r\n\r\n%s",
                                     sizeof MODELS - 1, MODELS));
  }
  c->length -= whole;
  memmove(c->request, c->request + whole, c->length);
}

static void receive(int fd) {
  struct connection *c = &connections[fd];
  char control[256];
  if (!c->request && !(c->request = malloc(MOST_REQUEST_BYTES + 1))) die("memory");
  struct iovec vector = {c->request + c->length, MOST_REQUEST_BYTES - c->length};
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  int length = recvmsg(fd, &message, 0);
  if (length < 0 && errno == EAGAIN) return;
  if (length <= 0) {
    forget(fd);
    free(c->request);
    *c = (struct connection){0};
    close(fd);
    return;
  }
  c->read = nanos(CLOCK_MONOTONIC);
  c->arrived = 0;
  for (struct cmsghdr *h = CMSG_FIRSTHDR(&message); h; h = CMSG_NXTHDR(&message, h))
    if (h->cmsg_level == SOL_SOCKET && h->cmsg_type == SO_TIMESTAMPING) {
      struct timespec *stamp = (void *)CMSG_DATA(h);
      c->arrived = stamp->tv_sec * 1000000000L + stamp->tv_nsec;
    }
  c->length += length;
  answer_whole_request(fd);
}

static void accept_all(int listener, int ep) {
  int fd, one = 1, stamps = SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;
  while ((fd = accept4(listener, 0, 0, SOCK_NONBLOCK)) >= 0) {
    if (fd >= MOST_FILES) die("too many connections");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &stamps, sizeof stamps);
    connections[fd] = (struct connection){0};
    struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
  }
}

/* Sends what is due and says when the next chunk is. */
static long send_due(void) {
  long next = 1L << 62;
  for (int i = 0; i < actives; i++) {
    int fd = active[i];
    struct connection *c = &connections[fd];
    struct answer *a = c->answer;
    if (nanos(CLOCK_MONOTONIC) >= c->due) {
      a->times[2 * a->sent] = nanos(CLOCK_MONOTONIC);
      send_whole(fd, chunk, chunk_length);
      a->times[2 * a->sent + 1] = nanos(CLOCK_MONOTONIC);
      c->due = a->times[2 * a->sent++] + gap;
    }
    if (a->sent == chunks) {
      forget(fd);
      send_whole(fd, ending, ending_length);
      i--;
    } else if (c->due < next) {
      next = c->due;
    }
  }
  return next;
}

static void write_log(const char *name) {
  FILE *file = fopen(name, "w");
  if (!file) die(name);
  for (long i = 0; i < answer_count; i++) {
    struct answer *a = answers[i];
    fprintf(file, "{\"request_id\":\"%s\",\"received_ns\":%ld,\"read_ns\":%ld,\"wall_offset_ns\":%ld,\"chunk_ns\":[", a->name,
            a->received, a->read, offset);
    for (int j = 0; j < a->sent; j++) fprintf(file, "%s%ld", j ? "," : "", a->times[2 * j]);
    fprintf(file, "],\"written_ns\":[");
    for (int j = 0; j < a->sent; j++) fprintf(file, "%s%ld", j ? "," : "", a->times[2 * j + 1]);
    fprintf(file, "]}\n");
  }
  if (fclose(file)) die(name);
}

int main(int count, char **arguments) {
  if (count < 5) {
    fprintf(stderr, "usage: %s TTFT_MICROSECONDS GAP_MICROSECONDS CHUNKS LOG\n", arguments[0]);
    return 2;
  }
  ttft = atol(arguments[1]) * 1000;
  gap = atol(arguments[2]) * 1000;
  chunks = atoi(arguments[3]);
  offset = wall_offset();
  chunk_length = sprintf(chunk, "%zx\r\n%s\r\n", sizeof EVENT - 1, EVENT);
  char last[1024];
  int last_length = sprintf(last, LAST, chunks, chunks + 16);
  ending_length = sprintf(ending, "%x\r\n%s\r\n0\r\n\r\n", last_length, last);
  struct sched_param priority = {.sched_priority = 10};
  int real_time = sched_setscheduler(0, SCHED_FIFO, &priority) == 0;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), timer = timerfd_create(CLOCK_MONOTONIC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = server_address()};
  if (bind(listener, (void *)&address, sizeof address) || listen(listener, 1024)) die("listen");
  socklen_t size = sizeof address;
  getsockname(listener, (void *)&address, &size);
  printf("listening %d %s\n", ntohs(address.sin_port), real_time ? "real-time" : "normal");
  fflush(stdout);
  int ep = epoll_create1(0), watched[] = {listener, timer, 0};
  for (int i = 0; i < 3; i++) {
    struct epoll_event e = {.events = EPOLLIN, .data.fd = watched[i]};
    if (epoll_ctl(ep, EPOLL_CTL_ADD, watched[i], &e)) die("epoll");
  }
  for (;;) {
    struct epoll_event events[256];
    int ready = epoll_wait(ep, events, 256, -1);
    for (int i = 0; i < ready; i++) {
      int fd = events[i].data.fd;
      char bytes[64];
      if (fd == listener) {
        accept_all(listener, ep);
      } else if (fd == timer || fd == 0) {
        if (read(fd, bytes, sizeof bytes) <= 0 && fd == 0) {
          write_log(arguments[4]);
          return 0;
        }
      } else {
        receive(fd);
      }
    }
    long next = send_due();
    if (actives) {
      struct itimerspec at = {.it_value = {next / 1000000000L, next % 1000000000L}};
      timerfd_settime(timer, TFD_TIMER_ABSTIME, &at, 0);
    }
  }
}
