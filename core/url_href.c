/* URLs written out: as they are, and as the one name of a page. */
#include "core/url_parts.h"

#include "core/url_tracking.h" /* made by the build from data/web/tracking.txt */

static char *put(char *to, dl_str s)
{
    if (s.len)
        memcpy(to, s.at, s.len);
    return to + s.len;
}

dl_str dl_url_href(struct dl_arena *arena, const struct dl_url *url)
{
    size_t room = url->scheme.len + url->username.len + url->password.len + url->host.len +
                  url->path.len + url->query.len + url->fragment.len + 24;
    char *bytes = dl_arena_raw(arena, room);
    char *to = put(bytes, url->scheme);
    *to++ = ':';
    if (url->has_host) {
        to = put(to, DL_STR("//"));
        to = put(to, url->username);
        if (url->password.len) {
            *to++ = ':';
            to = put(to, url->password);
        }
        if (url->username.len || url->password.len)
            *to++ = '@';
        to = put(to, url->host);
        if (url->port != DL_URL_NO_PORT)
            to += snprintf(to, 8, ":%d", url->port);
    } else if (!url->opaque && dl_str_starts(url->path, DL_STR("//"))) {
        to = put(to, DL_STR("/.")); /* else the path would be read as a host */
    }
    to = put(to, url->path);
    if (url->has_query) {
        *to++ = '?';
        to = put(to, url->query);
    }
    if (url->has_fragment) {
        *to++ = '#';
        to = put(to, url->fragment);
    }
    return (dl_str){bytes, (size_t)(to - bytes)};
}

/* --- the canonical form --- */

static bool is_unreserved(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

/* Escapes of what needs none are undone, the others get capital digits; a "%" that begins none is
 * escaped itself, lest it begin one now. */
static dl_str shortest_escapes(struct dl_arena *arena, dl_str text)
{
    static const char digits[] = "0123456789ABCDEF";
    char *bytes = dl_arena_raw(arena, text.len * 3 + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        int high = text.at[i] == '%' && i + 2 < text.len ? dl_url_hex(text.at[i + 1]) : -1;
        int low = high >= 0 ? dl_url_hex(text.at[i + 2]) : -1;
        if (low < 0) {
            bytes[len++] = text.at[i];
            if (text.at[i] == '%') {
                memcpy(bytes + len, "25", 2);
                len += 2;
            }
            continue;
        }
        int c = high << 4 | low;
        if (is_unreserved(c)) {
            bytes[len++] = (char)c;
        } else {
            bytes[len++] = '%';
            bytes[len++] = digits[high];
            bytes[len++] = digits[low];
        }
        i += 2;
    }
    return (dl_str){bytes, len};
}

/* "utm_*" by its front, anything else as a whole; case does not count. */
static bool matches(dl_str text, dl_str pattern)
{
    if (pattern.len && pattern.at[pattern.len - 1] == '*') {
        pattern.len--;
        if (text.len < pattern.len)
            return false;
        text.len = pattern.len;
    }
    return dl_str_eq_nocase(text, pattern);
}

static dl_str name_of(dl_str parameter)
{
    const char *equals = parameter.len ? memchr(parameter.at, '=', parameter.len) : NULL;
    return equals ? (dl_str){parameter.at, (size_t)(equals - parameter.at)} : parameter;
}

static bool is_tracking(dl_str parameter)
{
    dl_str name = name_of(parameter);
    for (size_t i = 0; i < DL_COUNT_URL_TRACKING; i++) {
        dl_str pattern = dl_url_tracking[i];
        bool with_value = memchr(pattern.at, '=', pattern.len) != NULL;
        if (matches(with_value ? parameter : name, pattern))
            return true;
    }
    return false;
}

/* Parameters in the order of their names; those of one name keep theirs. Insertion: few. */
static void sort_parameters(dl_str *parameter, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        dl_str moved = parameter[i];
        size_t j = i;
        for (; j && dl_str_compare(name_of(parameter[j - 1]), name_of(moved)) > 0; j--)
            parameter[j] = parameter[j - 1];
        parameter[j] = moved;
    }
}

#define PARAMETERS_MAX 256U /* a query with more is no page's address and stays as it is */

static dl_str canonical_query(struct dl_arena *arena, dl_str query)
{
    dl_str parameter[PARAMETERS_MAX];
    size_t count = 0;
    dl_str rest = query;
    dl_str piece;
    while (dl_str_next(&rest, '&', &piece)) {
        piece = shortest_escapes(arena, piece);
        if (piece.len == 0 || is_tracking(piece))
            continue;
        if (count == PARAMETERS_MAX)
            return query;
        parameter[count++] = piece;
    }
    sort_parameters(parameter, count);
    char *bytes = dl_arena_raw(arena, query.len * 3 + 1);
    char *to = bytes;
    for (size_t i = 0; i < count; i++) {
        if (i)
            *to++ = '&';
        to = put(to, parameter[i]);
    }
    return (dl_str){bytes, (size_t)(to - bytes)};
}

/* Without ";jsessionid=…", which some servers put after the last segment. */
static dl_str canonical_path(struct dl_arena *arena, dl_str path)
{
    static const char session[] = ";jsessionid=";
    path = shortest_escapes(arena, path);
    const char *semicolon = path.len ? memrchr(path.at, ';', path.len) : NULL;
    if (!semicolon)
        return path;
    dl_str last = {semicolon, (size_t)(path.at + path.len - semicolon)};
    if (last.len >= sizeof session - 1 &&
        dl_str_eq_nocase(dl_str_sub(last, 0, sizeof session - 1), dl_str_of(session)) &&
        !memchr(last.at, '/', last.len))
        path.len -= last.len;
    return path;
}

dl_str dl_url_canonical(struct dl_arena *arena, const struct dl_url *url)
{
    if (!dl_url_is_web(url))
        return dl_url_href(arena, url);
    struct dl_url same = *url;
    same.username = same.password = (dl_str){"", 0};
    same.has_fragment = false;
    if (same.host.len > 1 && dl_str_ends(same.host, DL_STR(".")) &&
        !dl_str_ends(same.host, DL_STR("..")))
        same.host.len--;
    same.path = canonical_path(arena, url->path);
    if (url->has_query)
        same.query = canonical_query(arena, url->query);
    same.has_query = same.query.len > 0;
    return dl_url_href(arena, &same);
}
