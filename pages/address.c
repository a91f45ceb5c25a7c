/* As much of URLs as a page needs: parts, and references made whole. */
#include "core/limits.h"
#include "pages/weigh.h"

static size_t find_char(dl_str text, const char *any, size_t from)
{
    while (from < text.len && !strchr(any, text.at[from]))
        from++;
    return from;
}

bool dl_address_split(dl_str url, struct dl_address *ret)
{
    size_t start;
    if (url.len > 8 && dl_str_eq_nocase(dl_str_sub(url, 0, 8), DL_STR("https://")))
        start = 8;
    else if (url.len > 7 && dl_str_eq_nocase(dl_str_sub(url, 0, 7), DL_STR("http://")))
        start = 7;
    else
        return false;
    size_t end = find_char(url, "/?#", start);
    size_t host_end = find_char(dl_str_sub(url, 0, end), ":", start);
    size_t path_end = find_char(url, "?#", end);
    size_t query_end = find_char(url, "#", path_end);
    ret->host = dl_str_sub(url, start, host_end);
    ret->path = dl_str_sub(url, end, path_end);
    ret->query = dl_str_sub(url, path_end, query_end);
    return ret->host.len > 0 && !memchr(ret->host.at, ' ', ret->host.len);
}

static bool has_scheme(dl_str url)
{
    size_t i = 0;
    while (i < url.len && (((url.at[i] | 32) >= 'a' && (url.at[i] | 32) <= 'z') ||
                           (i && ((url.at[i] >= '0' && url.at[i] <= '9') ||
                                  strchr("+-.", url.at[i])))))
        i++;
    return i > 0 && i < url.len && url.at[i] == ':';
}

/* "/a/b/../c/./d" → "/a/c/d" */
static dl_str without_dots(struct dl_arena *arena, dl_str path)
{
    struct dl_buf out = {dl_arena_raw(arena, path.len + 2), 0, path.len + 2, path.len + 2};
    dl_str rest = path.len && path.at[0] == '/' ? dl_str_sub(path, 1, path.len) : path;
    dl_str piece;
    bool last_is_folder = path.len == 0;
    while (dl_str_next(&rest, '/', &piece)) {
        last_is_folder = dl_str_is(piece, ".") || dl_str_is(piece, "..");
        if (dl_str_is(piece, "."))
            continue;
        if (dl_str_is(piece, "..")) {
            while (out.len && out.at[out.len - 1] != '/')
                out.len--;
            out.len -= out.len != 0;
            continue;
        }
        (void)dl_buf_put_char(&out, '/');
        (void)dl_buf_put_str(&out, piece);
    }
    if (last_is_folder || out.len == 0)
        (void)dl_buf_put_char(&out, '/');
    return dl_buf_str(&out);
}

dl_str dl_address_join(struct dl_arena *arena, dl_str base, dl_str reference)
{
    struct dl_address parts;
    reference = dl_str_trim(reference);
    if (reference.len == 0 || reference.len > DL_URL_BYTES_MAX)
        return (dl_str){NULL, 0};
    if (has_scheme(reference))
        return dl_address_split(reference, &parts) ? reference : (dl_str){NULL, 0};
    if (!dl_address_split(base, &parts))
        return (dl_str){NULL, 0};
    size_t scheme = dl_str_starts(base, DL_STR("https")) ? 5 : 4;
    dl_str origin = dl_str_sub(base, 0, (size_t)(parts.path.at - base.at));
    if (dl_str_starts(reference, DL_STR("//")))
        return dl_arena_printf(arena, "%.*s:%.*s", (int)scheme, base.at, DL_STR_ARG(reference));
    size_t path_end = find_char(reference, "?#", 0);
    dl_str path = dl_str_sub(reference, 0, path_end);
    dl_str tail = dl_str_sub(reference, path_end, reference.len);
    if (path.len == 0)
        path = parts.path;
    else if (path.at[0] != '/') {
        size_t folder = parts.path.len;
        while (folder && parts.path.at[folder - 1] != '/')
            folder--;
        path = dl_arena_printf(arena, "%.*s%s%.*s", (int)folder, parts.path.len ? parts.path.at : "",
                               folder ? "" : "/", DL_STR_ARG(path));
    }
    path = without_dots(arena, path);
    return dl_arena_printf(arena, "%.*s%.*s%.*s", DL_STR_ARG(origin), DL_STR_ARG(path),
                           DL_STR_ARG(tail));
}

dl_str dl_address_host(struct dl_arena *arena, dl_str url)
{
    struct dl_address parts;
    if (!dl_address_split(url, &parts))
        return (dl_str){NULL, 0};
    dl_str host = dl_arena_str(arena, parts.host);
    char *at = (char *)(uintptr_t)host.at; /* our copy */
    for (size_t i = 0; i < host.len; i++)
        at[i] = (char)(at[i] >= 'A' && at[i] <= 'Z' ? at[i] + 32 : at[i]);
    if (dl_str_starts(host, DL_STR("www.")))
        host = dl_str_sub(host, 4, host.len);
    return host;
}
