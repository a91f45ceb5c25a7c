/* A line an accident: "partition:offset". */
#include "workers/crashes.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#define PLACES_MAX 1000U /* of the last accidents; more were never looked after */
#define LINE_BYTES 48U
#define SIGNAL_STACK_BYTES (64U << 10)
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HEARS_FAULTS 0 /* sanitizers have last words of their own */
#else
#define HEARS_FAULTS 1
#endif

struct place {
    int64_t partition;
    int64_t offset;
};

struct dl_crashes {
    char *path;
    int file;
    uint32_t count;
    struct place places[PLACES_MAX];
};

/* What a signal's handler can reach. */
static _Atomic int crash_file = -1;
static _Thread_local struct {
    bool at_work;
    bool has_stack;
    struct place place;
} thread;

/* --- the last words; only what a handler may call --- */

static size_t put_number(char *to, int64_t number)
{
    char digits[24];
    size_t count = 0;
    size_t len = 0;
    uint64_t rest = number < 0 ? 0 : (uint64_t)number; /* places are never negative */
    do
        digits[count++] = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    while (count > 0)
        to[len++] = digits[--count];
    return len;
}

static void on_fault(int number)
{
    int file = atomic_load(&crash_file);
    if (file >= 0 && thread.at_work) {
        char line[LINE_BYTES];
        size_t len = put_number(line, thread.place.partition);
        line[len++] = ':';
        len += put_number(line + len, thread.place.offset);
        line[len++] = '\n';
        ssize_t written = write(file, line, len);
        (void)written; /* nobody is left to tell */
    }
    (void)raise(number); /* the handler is gone (SA_RESETHAND): this ends the process */
}

static void listen_for_faults(void)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
    struct sigaction action = {.sa_handler = on_fault, .sa_flags = (int)SA_RESETHAND | SA_ONSTACK};
    (void)sigemptyset(&action.sa_mask); /* cannot fail */
    for (size_t i = 0; HEARS_FAULTS && i < sizeof faults / sizeof *faults; i++)
        (void)sigaction(faults[i], &action, NULL); /* nor this, on these */
}

/* Deep recursion overflows the stack that a handler would run on: each thread has another. It is
 * given once a thread and lives as long as the pool, which is as long as the process. */
static void give_signal_stack(void)
{
    static _Thread_local char stack[SIGNAL_STACK_BYTES];
    stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
    thread.has_stack = true;
    if (HEARS_FAULTS) /* AddressSanitizer gives its own, and takes whatever is there back */
        (void)sigaltstack(&other, NULL); /* refused: an overflow leaves no last words */
}

void dl_crashes_enter(int32_t partition, int64_t offset)
{
    if (!thread.has_stack)
        give_signal_stack();
    thread.place = (struct place){partition, offset};
    atomic_signal_fence(memory_order_release);
    thread.at_work = true;
}

void dl_crashes_leave(void)
{
    thread.at_work = false;
}

/* --- what earlier workers left --- */

static void read_line(struct dl_crashes *crashes, dl_str line)
{
    struct place place;
    dl_str partition;
    if (dl_str_next(&line, ':', &partition) &&
        dl_str_to_i64(partition, &place.partition) == DL_OK &&
        dl_str_to_i64(line, &place.offset) == DL_OK)
        crashes->places[crashes->count++ % PLACES_MAX] = place; /* a torn line is none */
}

static dl_status read_places(struct dl_crashes *crashes, struct dl_error *err)
{
    FILE *file = fopen(crashes->path, "re");
    char line[LINE_BYTES];
    if (!file && errno == ENOENT)
        return DL_OK;
    if (!file)
        return dl_fail(err, DL_FATAL, "%s: %s", crashes->path, strerror(errno));
    while (fgets(line, sizeof line, file))
        read_line(crashes, dl_str_trim(dl_str_of(line)));
    (void)fclose(file); /* only read: nothing to lose */
    if (crashes->count > PLACES_MAX)
        crashes->count = PLACES_MAX;
    return DL_OK;
}

dl_status dl_crashes_open(const char *path, struct dl_crashes **ret, struct dl_error *err)
{
    struct dl_crashes *crashes = dl_alloc(sizeof *crashes);
    crashes->path = dl_strdup(path);
    crashes->file = -1;
    dl_status status = read_places(crashes, err);
    if (status == DL_OK) {
        crashes->file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
        if (crashes->file < 0)
            status = dl_fail(err, DL_FATAL, "%s: %s", path, strerror(errno));
    }
    if (status != DL_OK) {
        dl_crashes_close(crashes);
        return status;
    }
    atomic_store(&crash_file, crashes->file);
    listen_for_faults();
    *ret = crashes;
    return DL_OK;
}

uint32_t dl_crashes_of(const struct dl_crashes *crashes, int32_t partition, int64_t offset)
{
    uint32_t deaths = 0;
    for (uint32_t i = 0; crashes && i < crashes->count; i++)
        deaths += crashes->places[i].partition == partition && crashes->places[i].offset == offset;
    return deaths;
}

void dl_crashes_close(struct dl_crashes *crashes)
{
    if (!crashes)
        return;
    if (crashes->file >= 0) {
        atomic_store(&crash_file, -1);
        (void)close(crashes->file); /* nothing was buffered */
        if (crashes->count == 0)
            (void)unlink(crashes->path); /* what stays is empty */
    }
    free(crashes->path);
    free(crashes);
}
