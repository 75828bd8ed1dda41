/* Streams server-sent events to every client that sends a request: one chunk of about 240 bytes after another, round robin over the
 * connections, at a total rate. One thread.
 *
 *   server PORT CHUNKS_PER_SECOND [CHUNKS_PER_ANSWER]
 *
 * Without the third an answer never ends by itself. A connection that sends STOP ends every answer properly and receives the number of
 * chunks with content sent since the server started; requests after that are not answered. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST_FILES 65536

static const char BODY[] =
    "data: {\"id\":\"chatcmpl-0f2b1c9e8d7a4b5c\",\"object\":\"chat.completion.chunk\",\"created\":1790000000,"
    "\"model\":\"meta-llama/Llama-3.1-8B-Instruct\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" token\"},"
    "\"logprobs\":null,\"finish_reason\":null}]}\n\n";
static const char LAST[] =
    "data: {\"id\":\"chatcmpl-0f2b1c9e8d7a4b5c\",\"object\":\"chat.completion.chunk\",\"created\":1790000000,"
    "\"model\":\"meta-llama/Llama-3.1-8B-Instruct\",\"choices\":[{\"index\":0,\"delta\":{},"
    "\"logprobs\":null,\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
static const char HEAD[] =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n";

static char chunk[512], ending[1024];
static int chunk_length, ending_length;
static int active[MOST_FILES], actives, position;
/* By file number: the place in `active` plus one, or 0; and the chunks left of the answer. */
static int place[MOST_FILES];
static long left[MOST_FILES];
static long sent_chunks, skipped_chunks, chunks_per_answer = LONG_MAX;
static int stopped;

static long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000L + t.tv_nsec;
}

static void die(const char *what) {
  perror(what);
  exit(1);
}

/* All or nothing: a part of a chunk would spoil the stream. */
static int send_whole(int fd, const char *bytes, int length) {
  int sent = send(fd, bytes, length, MSG_NOSIGNAL);
  if (sent >= 0 && sent < length) {
    fprintf(stderr, "the client reads so slowly that a socket's buffer is full\n");
    exit(1);
  }
  return sent == length;
}

static void begin(int fd) {
  send_whole(fd, HEAD, sizeof HEAD - 1);
  left[fd] = chunks_per_answer;
  active[actives++] = fd;
  place[fd] = actives;
}

static void forget(int fd) {
  if (place[fd] == 0) return;
  int last = active[--actives];
  active[place[fd] - 1] = last;
  place[last] = place[fd];
  place[fd] = 0;
}

static void finish(int fd) {
  forget(fd);
  send_whole(fd, ending, ending_length);
}

static void stop(int asking) {
  char counts[64];
  stopped = 1;
  while (actives > 0) {
    int fd = active[actives - 1];
            /* An answer that has just started gets its first chunk: one without content would correctly be a failure. */
    if (left[fd] == chunks_per_answer && send_whole(fd, chunk, chunk_length)) sent_chunks++;
    finish(fd);
  }
  send_whole(asking, counts, sprintf(counts, "sent %ld skipped %ld\n", sent_chunks, skipped_chunks));
}

static void accept_all(int listener, int ep) {
  int fd, one = 1;
  while ((fd = accept4(listener, 0, 0, SOCK_NONBLOCK)) >= 0) {
    if (fd >= MOST_FILES) die("too many connections");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
  }
}

static void receive(int fd) {
  char buffer[65536];
  int length = read(fd, buffer, sizeof buffer);
  if (length < 0 && errno == EAGAIN) return;
  if (length <= 0) {
    forget(fd);
    close(fd);
  } else if (length >= 4 && memcmp(buffer, "STOP", 4) == 0) {
    stop(fd);
  } else if (place[fd] == 0 && !stopped) {
    begin(fd);
  }
}

static void send_chunks(long count) {
  for (long i = 0; i < count && actives > 0; i++) {
    if (position >= actives) position = 0;
    int fd = active[position];
    if (send_whole(fd, chunk, chunk_length)) {
      sent_chunks++;
      if (--left[fd] == 0) {
        finish(fd); /* Another one is in its place now. */
        continue;
      }
    } else {
      skipped_chunks++;
    }
    position++;
  }
}

int main(int count, char **arguments) {
  if (count < 3) {
    fprintf(stderr, "usage: %s PORT CHUNKS_PER_SECOND [CHUNKS_PER_ANSWER]\n", arguments[0]);
    return 2;
  }
  long rate = atol(arguments[2]);
  if (count > 3 && atol(arguments[3]) > 0) chunks_per_answer = atol(arguments[3]);
  chunk_length = sprintf(chunk, "%zx\r\n%s\r\n", strlen(BODY), BODY);
  ending_length = sprintf(ending, "%zx\r\n%s\r\n0\r\n\r\n", strlen(LAST), LAST);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons(atoi(arguments[1])),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (bind(listener, (void *)&address, sizeof address)) die("bind");
  if (listen(listener, 4096)) die("listen");
  socklen_t size = sizeof address;
  getsockname(listener, (void *)&address, &size);
  printf("listening %d\n", ntohs(address.sin_port));
  fflush(stdout);
  int ep = epoll_create1(0);
  struct epoll_event e = {.events = EPOLLIN, .data.fd = listener}, events[256];
  epoll_ctl(ep, EPOLL_CTL_ADD, listener, &e);
  long began = now(), due_before = 0;
  for (;;) {
    int ready = epoll_wait(ep, events, 256, actives ? 0 : 1);
    for (int i = 0; i < ready; i++) {
      if (events[i].data.fd == listener)
        accept_all(listener, ep);
      else
        receive(events[i].data.fd);
    }
    if (!actives) {
      began = now();
      due_before = 0;
      continue;
    }
    long due = (now() - began) * rate / 1000000000L;
    /* What was missed while the server did not run is not made up for beyond one chunk for each connection. */
    send_chunks(due - due_before > actives ? actives : due - due_before);
    due_before = due;
    struct timespec pause = {0, 200000};
    nanosleep(&pause, 0);
  }
}
