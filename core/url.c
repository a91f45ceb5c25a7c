/* The parser. The standard tells it as a state machine over code points; here each state that
 * matters is a function that takes its piece off the front of what is left. */
#include "core/url.h"

#include "core/limits.h"
#include "core/url_parts.h"
#include "core/utf8.h"

struct scheme {
    dl_str name;
    int port;
};

static const struct scheme special_schemes[] = {
    {{"http", 4}, 80}, {{"https", 5}, 443},           {{"ws", 2}, 80},
    {{"wss", 3}, 443}, {{"file", 4}, DL_URL_NO_PORT}, {{"ftp", 3}, 21},
};

struct parser {
    struct dl_arena *arena;
    struct dl_error *err;
    dl_str rest;
    const struct dl_url *base;
    struct dl_url url;
    bool special;
    bool file;
};

static const struct scheme *special_scheme(dl_str name)
{
    for (size_t i = 0; i < sizeof special_schemes / sizeof *special_schemes; i++)
        if (dl_str_eq(special_schemes[i].name, name))
            return &special_schemes[i];
    return NULL;
}

/* Control bytes and spaces off both ends, tabs and line ends out of the middle, broken UTF-8
 * replaced. */
static dl_str tidy(struct dl_arena *arena, dl_str input)
{
    while (input.len && (unsigned char)input.at[0] <= ' ')
        input = dl_str_sub(input, 1, input.len);
    while (input.len && (unsigned char)input.at[input.len - 1] <= ' ')
        input.len--;
    size_t odd = 0;
    for (size_t i = 0; i < input.len; i++)
        odd += input.at[i] == '\t' || input.at[i] == '\n' || input.at[i] == '\r';
    if (odd) {
        char *bytes = dl_arena_raw(arena, input.len);
        size_t len = 0;
        for (size_t i = 0; i < input.len; i++)
            if (input.at[i] != '\t' && input.at[i] != '\n' && input.at[i] != '\r')
                bytes[len++] = input.at[i];
        input = (dl_str){bytes, len};
    }
    return dl_utf8_is_valid(input) ? input : dl_utf8_clean(arena, input);
}

static bool take(struct parser *p, char c)
{
    if (p->rest.len == 0 || p->rest.at[0] != c)
        return false;
    p->rest = dl_str_sub(p->rest, 1, p->rest.len);
    return true;
}

static bool is_slash(const struct parser *p, char c)
{
    return c == '/' || (p->special && c == '\\');
}

static bool at_slash(const struct parser *p)
{
    return p->rest.len && is_slash(p, p->rest.at[0]);
}

static bool take_slash(struct parser *p)
{
    if (!at_slash(p))
        return false;
    p->rest = dl_str_sub(p->rest, 1, p->rest.len);
    return true;
}

static dl_str escaped(struct parser *p, dl_str text, enum dl_url_set set)
{
    char *bytes = dl_arena_raw(p->arena, text.len * 3 + 1);
    return (dl_str){bytes, (size_t)(dl_url_escape(bytes, text, set) - bytes)};
}

/* What ends a segment of a file's path, whichever slash. */
static bool ends_segment(char c)
{
    return c == '/' || c == '\\' || c == '?' || c == '#';
}

static bool starts_with_drive(dl_str s)
{
    return s.len >= 2 && dl_url_is_alpha(s.at[0]) && (s.at[1] == ':' || s.at[1] == '|') &&
           (s.len == 2 || ends_segment(s.at[2]));
}

static bool is_drive(dl_str s)
{
    return s.len == 2 && starts_with_drive(s);
}

/* --- after the path --- */

static void take_fragment(struct parser *p)
{
    if (!take(p, '#'))
        return;
    p->url.has_fragment = true;
    p->url.fragment = escaped(p, p->rest, DL_URL_SET_FRAGMENT);
    p->rest.len = 0;
}

static void take_query(struct parser *p)
{
    if (take(p, '?')) {
        size_t end = 0;
        while (end < p->rest.len && p->rest.at[end] != '#')
            end++;
        p->url.has_query = true;
        p->url.query = escaped(p, dl_str_sub(p->rest, 0, end),
                               p->special ? DL_URL_SET_WEB_QUERY : DL_URL_SET_QUERY);
        p->rest = dl_str_sub(p->rest, end, p->rest.len);
    }
    take_fragment(p);
}

/* --- the path --- */

/* 1 for ".", 2 for "..", with each dot also as %2e. */
static int dots_of(dl_str segment)
{
    int dots = 0;
    size_t at = 0;
    while (at < segment.len && dots < 3) {
        if (segment.at[at] == '.')
            at++;
        else if (segment.len - at >= 3 && segment.at[at] == '%' && segment.at[at + 1] == '2' &&
                 (segment.at[at + 2] | 0x20) == 'e')
            at += 3;
        else
            return 0;
        dots++;
    }
    return dots < 3 ? dots : 0;
}

/* The path without its last segment; a file's drive stays. */
static void shorten(const struct parser *p, dl_str *path)
{
    if (p->file && path->len == 3 && dl_url_is_alpha(path->at[1]) && path->at[2] == ':')
        return;
    while (path->len && path->at[path->len - 1] != '/')
        path->len--;
    if (path->len)
        path->len--;
}

/* Segments up to '?' or '#' onto `path`, whose bytes have room for them. */
static void take_segments(struct parser *p, dl_str path, char *bytes)
{
    for (;;) {
        size_t end = 0;
        while (end < p->rest.len && !is_slash(p, p->rest.at[end]) && p->rest.at[end] != '?' &&
               p->rest.at[end] != '#')
            end++;
        dl_str segment = dl_str_sub(p->rest, 0, end);
        p->rest = dl_str_sub(p->rest, end, p->rest.len);
        bool more = take_slash(p);
        int dots = dots_of(segment);
        if (dots == 2)
            shorten(p, &path);
        if (!dots || !more) {
            bool drive = p->file && path.len == 0 && is_drive(segment);
            bytes[path.len++] = '/';
            if (!dots)
                path.len =
                    (size_t)(dl_url_escape(bytes + path.len, segment, DL_URL_SET_PATH) - bytes);
            if (drive)
                bytes[2] = ':';
        }
        if (!more)
            break;
    }
    p->url.path = path;
}

/* The path goes on from `start` ("" for a path of its own, else the base's without its last). */
static void take_path(struct parser *p, dl_str start)
{
    char *bytes = dl_arena_raw(p->arena, start.len + p->rest.len * 3 + 2);
    if (start.len)
        memcpy(bytes, start.at, start.len);
    take_segments(p, (dl_str){bytes, start.len}, bytes);
    take_query(p);
}

/* After an authority. */
static void take_path_start(struct parser *p)
{
    bool none = p->rest.len == 0 || p->rest.at[0] == '?' || p->rest.at[0] == '#';
    if (!p->special && none) {
        p->url.path = (dl_str){"", 0};
        take_query(p);
        return;
    }
    (void)take_slash(p);
    take_path(p, (dl_str){"", 0});
}

static dl_status take_opaque_path(struct parser *p)
{
    size_t end = 0;
    while (end < p->rest.len && p->rest.at[end] != '?' && p->rest.at[end] != '#')
        end++;
    dl_str text = dl_str_sub(p->rest, 0, end);
    bool space = end < p->rest.len && end && text.at[end - 1] == ' ';
    if (space) /* one before '?' or '#' would get lost when it is read again */
        text.len--;
    p->url.opaque = true;
    p->url.path = escaped(p, text, DL_URL_SET_CONTROL);
    if (space)
        p->url.path = dl_arena_printf(p->arena, "%.*s%%20", DL_STR_ARG(p->url.path));
    p->rest = dl_str_sub(p->rest, end, p->rest.len);
    take_query(p);
    return DL_OK;
}

/* --- the authority --- */

static dl_status read_port(struct parser *p, dl_str text)
{
    unsigned port = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (!dl_url_is_digit(text.at[i]))
            return dl_fail(p->err, DL_BAD_INPUT, "port: '%.*s' is no number", DL_STR_ARG(text));
        port = port * 10 + (unsigned)(text.at[i] - '0');
        if (port > 65535)
            return dl_fail(p->err, DL_BAD_INPUT, "port: '%.*s' is past 65535", DL_STR_ARG(text));
    }
    const struct scheme *scheme = special_scheme(p->url.scheme);
    if (text.len && !(scheme && scheme->port == (int)port))
        p->url.port = (int)port;
    return DL_OK;
}

static void read_credentials(struct parser *p, dl_str text)
{
    const char *colon = text.len ? memchr(text.at, ':', text.len) : NULL;
    size_t end = colon ? (size_t)(colon - text.at) : text.len;
    p->url.username = escaped(p, dl_str_sub(text, 0, end), DL_URL_SET_USERINFO);
    if (colon)
        p->url.password = escaped(p, dl_str_sub(text, end + 1, text.len), DL_URL_SET_USERINFO);
}

/* Where host and port part: the first colon that is not within brackets. */
static size_t host_end(dl_str text)
{
    bool inside = false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '[')
            inside = true;
        else if (text.at[i] == ']')
            inside = false;
        else if (text.at[i] == ':' && !inside)
            return i;
    }
    return text.len;
}

static dl_status take_authority(struct parser *p)
{
    size_t end = 0;
    while (end < p->rest.len && !is_slash(p, p->rest.at[end]) && p->rest.at[end] != '?' &&
           p->rest.at[end] != '#')
        end++;
    dl_str text = dl_str_sub(p->rest, 0, end);
    p->rest = dl_str_sub(p->rest, end, p->rest.len);
    const char *at = text.len ? memrchr(text.at, '@', text.len) : NULL;
    if (at) {
        size_t len = (size_t)(at - text.at);
        read_credentials(p, dl_str_sub(text, 0, len));
        text = dl_str_sub(text, len + 1, text.len);
        if (text.len == 0)
            return dl_fail(p->err, DL_BAD_INPUT, "host: none after '@'");
    }
    size_t host = host_end(text);
    if (host == 0 && (p->special || text.len))
        return dl_fail(p->err, DL_BAD_INPUT, "host: there is none");
    dl_status status =
        host ? dl_url_host(p->arena, dl_str_sub(text, 0, host), p->special, &p->url.host, p->err)
             : DL_OK;
    if (status == DL_OK && host < text.len)
        status = read_port(p, dl_str_sub(text, host + 1, text.len));
    if (status != DL_OK)
        return status;
    p->url.has_host = true;
    take_path_start(p);
    return DL_OK;
}

static void take_base_authority(struct parser *p)
{
    p->url.username = p->base->username;
    p->url.password = p->base->password;
    p->url.host = p->base->host;
    p->url.has_host = p->base->has_host;
    p->url.port = p->base->port;
}

/* --- what a URL may begin with --- */

/* A reference that begins with '?', '#' or a path: the rest comes from the base. `afresh`: a path
 * with a drive of its own takes no folders from it. */
static dl_status take_from_base_path(struct parser *p, bool afresh)
{
    dl_str path = p->base->path;
    p->url.path = path;
    if (p->rest.len && p->rest.at[0] != '?' && p->rest.at[0] != '#') {
        if (afresh)
            path.len = 0;
        else
            shorten(p, &path);
        take_path(p, path);
        return DL_OK;
    }
    if (p->rest.len == 0 || p->rest.at[0] == '#') {
        p->url.has_query = p->base->has_query;
        p->url.query = p->base->query;
    }
    take_query(p);
    return DL_OK;
}

static dl_status take_relative(struct parser *p)
{
    p->url.scheme = p->base->scheme;
    if (take_slash(p)) {
        if (take_slash(p)) {
            while (p->special && take_slash(p))
                continue;
            return take_authority(p);
        }
        take_base_authority(p);
        take_path(p, (dl_str){"", 0});
        return DL_OK;
    }
    take_base_authority(p);
    return take_from_base_path(p, false);
}

static dl_status take_file_host(struct parser *p)
{
    size_t end = 0;
    while (end < p->rest.len && !ends_segment(p->rest.at[end]))
        end++;
    dl_str text = dl_str_sub(p->rest, 0, end);
    if (is_drive(text)) { /* a path after all */
        take_path(p, (dl_str){"", 0});
        return DL_OK;
    }
    p->rest = dl_str_sub(p->rest, end, p->rest.len);
    if (text.len) {
        dl_status status = dl_url_host(p->arena, text, true, &p->url.host, p->err);
        if (status != DL_OK)
            return status;
        if (dl_str_is(p->url.host, "localhost"))
            p->url.host = (dl_str){"", 0};
    }
    take_path_start(p);
    return DL_OK;
}

static dl_status take_file(struct parser *p)
{
    bool based = p->base && dl_str_is(p->base->scheme, "file");
    p->url.scheme = DL_STR("file");
    p->url.has_host = true;
    p->url.host = (dl_str){"", 0};
    if (take_slash(p)) {
        if (take_slash(p))
            return take_file_host(p);
        dl_str start = {"", 0};
        if (based) {
            p->url.host = p->base->host;
            if (!starts_with_drive(p->rest) && p->base->path.len >= 3 &&
                is_drive(dl_str_sub(p->base->path, 1, 3)) &&
                (p->base->path.len == 3 || p->base->path.at[3] == '/'))
                start = dl_str_sub(p->base->path, 0, 3);
        }
        take_path(p, start);
        return DL_OK;
    }
    if (!based) {
        take_path(p, (dl_str){"", 0});
        return DL_OK;
    }
    p->url.host = p->base->host;
    return take_from_base_path(p, starts_with_drive(p->rest));
}

/* "http:" in lower case off the front; false when it begins with no scheme. */
static bool take_scheme(struct parser *p)
{
    size_t end = 0;
    while (end < p->rest.len &&
           (dl_url_is_alpha(p->rest.at[end]) ||
            (end && (dl_url_is_digit(p->rest.at[end]) || p->rest.at[end] == '+' ||
                     p->rest.at[end] == '-' || p->rest.at[end] == '.'))))
        end++;
    if (end == 0 || end == p->rest.len || p->rest.at[end] != ':')
        return false;
    char *bytes = dl_arena_raw(p->arena, end);
    for (size_t i = 0; i < end; i++)
        bytes[i] = dl_url_is_alpha(p->rest.at[i]) ? (char)(p->rest.at[i] | 0x20) : p->rest.at[i];
    p->url.scheme = (dl_str){bytes, end};
    p->rest = dl_str_sub(p->rest, end + 1, p->rest.len);
    return true;
}

static void set_scheme(struct parser *p, dl_str scheme)
{
    p->special = special_scheme(scheme) != NULL;
    p->file = dl_str_is(scheme, "file");
}

static dl_status take_absolute(struct parser *p)
{
    set_scheme(p, p->url.scheme);
    if (p->file)
        return take_file(p);
    if (p->special) {
        bool slashes = dl_str_starts(p->rest, DL_STR("//"));
        if (p->base && dl_str_eq(p->base->scheme, p->url.scheme) && !slashes)
            return take_relative(p);
        while (take_slash(p))
            continue;
        return take_authority(p);
    }
    if (!take(p, '/'))
        return take_opaque_path(p);
    if (take(p, '/'))
        return take_authority(p);
    take_path(p, (dl_str){"", 0});
    return DL_OK;
}

static dl_status take_reference(struct parser *p, dl_str input)
{
    bool only_fragment = p->rest.len && p->rest.at[0] == '#';
    if (!p->base || (p->base->opaque && !only_fragment))
        return dl_fail(p->err, DL_BAD_INPUT, "'%.*s' is relative and has no base",
                       (int)(input.len < 200 ? input.len : 200), input.at ? input.at : "");
    set_scheme(p, p->base->scheme);
    if (p->base->opaque) {
        p->url = *p->base;
        p->url.has_fragment = false;
        take_fragment(p);
        return DL_OK;
    }
    return p->file ? take_file(p) : take_relative(p);
}

dl_status dl_url_parse(struct dl_arena *arena, dl_str input, const struct dl_url *base,
                       struct dl_url *ret_url, struct dl_error *err)
{
    if (input.len > DL_URL_BYTES_MAX)
        return dl_fail(err, DL_TOO_BIG, "a URL of %zu bytes, at most %u", input.len,
                       DL_URL_BYTES_MAX);
    struct parser p = {.arena = arena, .err = err, .base = base, .url.port = DL_URL_NO_PORT};
    p.rest = tidy(arena, input);
    if (!p.rest.at)
        p.rest.at = "";
    dl_status status = take_scheme(&p) ? take_absolute(&p) : take_reference(&p, p.rest);
    if (status == DL_OK)
        *ret_url = p.url;
    return status;
}

dl_status dl_url_resolve(struct dl_arena *arena, dl_str base, dl_str reference, dl_str *ret_href,
                         struct dl_error *err)
{
    struct dl_url from;
    struct dl_url url;
    bool based = base.len && dl_url_parse(arena, base, NULL, &from, NULL) == DL_OK;
    dl_status status = dl_url_parse(arena, reference, based ? &from : NULL, &url, err);
    if (status == DL_OK)
        *ret_href = dl_url_href(arena, &url);
    return status;
}

bool dl_url_is_web(const struct dl_url *url)
{
    return dl_str_is(url->scheme, "http") || dl_str_is(url->scheme, "https");
}

int dl_url_port(const struct dl_url *url)
{
    const struct scheme *scheme = special_scheme(url->scheme);
    return url->port != DL_URL_NO_PORT ? url->port : scheme ? scheme->port : DL_URL_NO_PORT;
}
