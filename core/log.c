/* Log lines. */
#include "core/log.h"

#include "core/utf8.h"

#include <stdatomic.h>
#include <unistd.h>

#define LINE_BYTES_MAX 4096U /* a line longer than that is cut; PIPE_BUF keeps it in one piece */

static _Atomic int log_level = DL_LOG_INFO;
static _Atomic int log_format = DL_LOG_LOGFMT;

void dl_log_setup(enum dl_log_level level, enum dl_log_format format)
{
    log_level = (int)level;
    log_format = (int)format;
}

bool dl_log_enabled(enum dl_log_level level)
{
    return (int)level <= log_level;
}

static bool is_plain(dl_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c >= 0x7f)
            return false;
    }
    return text.len > 0;
}

/* C1 controls (U+0080 to U+009F) steer terminals too. */
static bool is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

static void put_quoted(struct dl_buf *line, dl_str text)
{
    (void)dl_buf_put_char(line, '"'); /* DL_TOO_BIG anywhere here only cuts the line */
    size_t bytes;
    for (size_t i = 0; i < text.len; i += bytes) {
        bytes = dl_utf8_valid_at(text, i);
        uint32_t code =
            bytes > 0 ? dl_utf8_at(text, i, &bytes) : 0xfffd; /* no text: told as such */
        if (code == '"' || code == '\\') {
            char pair[2] = {'\\', (char)code};
            (void)dl_buf_put(line, pair, 2);
        } else if (is_control(code) || bytes == 0) {
            (void)dl_buf_printf(line, "\\u%04x", code);
        } else {
            (void)dl_buf_put(line, text.at + i, bytes);
        }
        bytes = bytes ? bytes : 1;
    }
    (void)dl_buf_put_char(line, '"');
}

static void put_field(struct dl_buf *line, const struct dl_log_field *field, bool json)
{
    (void)dl_buf_printf(line, json ? ",\"%s\":" : " %s=", field->name);
    if (!field->is_text)
        (void)dl_buf_printf(line, "%lld", (long long)field->number);
    else if (!json && is_plain(field->text))
        (void)dl_buf_put_str(line, field->text);
    else
        put_quoted(line, field->text);
}

void dl_log_fields(enum dl_log_level level, const char *message, const struct dl_log_field *fields,
                   size_t count)
{
    static const char *const levels[] = {"error", "warn", "info", "debug"};
    if (!dl_log_enabled(level))
        return;
    bool json = log_format == DL_LOG_JSON;
    struct timespec now;
    struct tm utc;
    clock_gettime(CLOCK_REALTIME, &now);
    (void)gmtime_r(&now.tv_sec, &utc);
    char stamp[32];
    size_t stamp_len = strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(stamp + stamp_len, sizeof stamp - stamp_len, ".%03dZ", (int)(now.tv_nsec / 1000000));

    struct dl_buf line;
    dl_buf_init(&line, LINE_BYTES_MAX - 8);
    (void)dl_buf_printf(
        &line, json ? "{\"ts\":\"%s\",\"level\":\"%s\",\"msg\":" : "ts=%s level=%s msg=", stamp,
        levels[level]);
    put_quoted(&line, dl_str_of(message));
    for (size_t i = 1; i < count; i++)
        put_field(&line, &fields[i], json);
    line.len_max = LINE_BYTES_MAX;
    (void)dl_buf_put_str(&line, json ? DL_STR("}\n") : DL_STR("\n"));
    ssize_t written = write(STDERR_FILENO, line.at, line.len);
    (void)written; /* nobody to tell */
    dl_buf_done(&line);
}
