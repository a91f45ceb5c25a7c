/* The text of errors and the allocations that cannot fail. */
#include "core/status.h"

#include <stdarg.h>

/* An error text may quote hostile bytes; it must stay one printable line. */
static void escape_control(char *text, size_t room)
{
    char out[DL_ERROR_TEXT_MAX];
    size_t used = 0;
    for (const char *c = text; *c && used + 5 < sizeof out; c++) {
        unsigned char byte = (unsigned char)*c;
        if (byte < 0x20 || byte == 0x7f)
            used += (size_t)snprintf(out + used, sizeof out - used, "\\x%02x", byte);
        else
            out[used++] = *c;
    }
    out[used] = '\0';
    snprintf(text, room, "%s", out);
}

dl_status dl_fail(struct dl_error *err, dl_status status, const char *format, ...)
{
    if (!err)
        return status;
    va_list args;
    va_start(args, format);
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    escape_control(err->text, sizeof err->text);
    err->status = status;
    return status;
}

dl_status dl_fail_in(struct dl_error *err, const char *format, ...)
{
    if (!err)
        return DL_FATAL;
    char place[DL_ERROR_TEXT_MAX / 2];
    char inner[DL_ERROR_TEXT_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(place, sizeof place, format, args);
    va_end(args);
    snprintf(inner, sizeof inner, "%s", err->text);
    snprintf(err->text, sizeof err->text, "%s: %.*s", place,
             (int)(sizeof err->text - strlen(place) - 3), inner);
    escape_control(err->text, sizeof err->text);
    return err->status;
}

const char *dl_status_name(dl_status status)
{
    static const char *const names[] = {"ok",    "not-found",  "bad-input", "too-big",
                                        "retry", "bad-config", "fatal"};
    size_t index = (size_t)status;
    return index < sizeof names / sizeof *names ? names[index] : "unknown";
}

static _Noreturn void out_of_memory(size_t bytes)
{
    fprintf(stderr, "dateline: out of memory (%zu bytes)\n", bytes);
    abort();
}

void *dl_alloc(size_t bytes)
{
    void *memory = calloc(1, bytes ? bytes : 1);
    if (!memory)
        out_of_memory(bytes);
    return memory;
}

void *dl_realloc_array(void *old, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        out_of_memory(SIZE_MAX);
    void *memory = realloc(old, bytes ? bytes : 1);
    if (!memory)
        out_of_memory(bytes);
    return memory;
}

char *dl_strdup(const char *text)
{
    size_t bytes = strlen(text) + 1;
    return memcpy(dl_alloc(bytes), text, bytes);
}
