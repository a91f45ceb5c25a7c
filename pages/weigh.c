/* Addresses, description and keywords. */
#include "pages/weigh.h"

#include "core/limits.h"
#include "core/url.h"

#define KEYWORDS_MAX 40U
#define KEYWORD_BYTES_MAX 100U

/* --- addresses --- */

bool dl_address_is_web(struct dl_arena *arena, dl_str url, struct dl_url *ret)
{
    return url.len && dl_url_parse(arena, url, NULL, ret, NULL) == DL_OK && dl_url_is_web(ret);
}

dl_str dl_address_host(struct dl_arena *arena, dl_str url)
{
    struct dl_url parts;
    if (!dl_address_is_web(arena, url, &parts))
        return (dl_str){NULL, 0};
    return dl_str_starts(parts.host, DL_STR("www.")) ? dl_str_sub(parts.host, 4, parts.host.len)
                                                     : parts.host;
}

dl_str dl_address_join(struct dl_arena *arena, dl_str base, dl_str reference)
{
    struct dl_url parts;
    dl_str href;
    if (reference.len == 0 || reference.len > DL_URL_BYTES_MAX ||
        dl_url_resolve(arena, base, reference, &href, NULL) != DL_OK)
        return (dl_str){NULL, 0};
    return dl_address_is_web(arena, href, &parts) ? href : (dl_str){NULL, 0};
}

/* --- the canonical URL --- */

static dl_str without_slash(dl_str path)
{
    while (path.len && path.at[path.len - 1] == '/')
        path.len--;
    return path;
}

static bool is_believable(const struct dl_url *canonical, const struct dl_url *here)
{
    dl_str path = without_slash(canonical->path);
    if (!here)
        return path.len > 0;
    if (!dl_str_eq(dl_url_site(canonical->host), dl_url_site(here->host)))
        return false;
    dl_str own = without_slash(here->path);
    if (path.len == 0)
        return own.len == 0;
    /* A section's page, or the path cut short. */
    return !(path.len < own.len && dl_str_starts(own, path) && own.at[path.len] == '/');
}

dl_str dl_weigh_canonical(const struct dl_page *page, dl_str url, struct dl_arena *arena)
{
    const struct dl_claim_list *claims = &page->claims.of[DL_CLAIM_CANONICAL];
    dl_str base = page->claims.base.len ? dl_address_join(arena, url, page->claims.base) : url;
    dl_str best = {NULL, 0};
    int best_rank = 0;
    struct dl_url here;
    bool has_url = dl_address_is_web(arena, url, &here);
    for (uint32_t i = 0; i < claims->count; i++) {
        struct dl_url there;
        dl_str whole = dl_address_join(arena, base, claims->list[i].value);
        int rank = claims->list[i].rank;
        if (!dl_address_is_web(arena, whole, &there) ||
            !is_believable(&there, has_url ? &here : NULL))
            continue;
        /* One that agrees with where it was fetched is surer than one that does not. */
        if (has_url && dl_str_eq(without_slash(there.path), without_slash(here.path)))
            rank += 50;
        if (rank > best_rank) {
            best = whole;
            best_rank = rank;
        }
    }
    if (best.len || !has_url)
        return best;
    return dl_url_canonical(arena, &here);
}

/* --- the rest --- */

dl_str dl_weigh_description(const struct dl_page *page)
{
    const struct dl_claim_list *claims = &page->claims.of[DL_CLAIM_DESCRIPTION];
    const struct dl_claim *best = NULL;
    for (uint32_t i = 0; i < claims->count; i++)
        if (!best || claims->list[i].rank > best->rank)
            best = &claims->list[i];
    return best ? best->value : (dl_str){NULL, 0};
}

void dl_weigh_keywords(const struct dl_page *page, struct dl_arena *arena, dl_str **ret,
                       uint32_t *ret_count)
{
    const struct dl_claim_list *claims = &page->claims.of[DL_CLAIM_KEYWORDS];
    const struct dl_claim *best = dl_claims_best(&page->claims, DL_CLAIM_KEYWORDS);
    *ret = NULL;
    *ret_count = 0;
    if (!best)
        return;
    *ret = dl_arena_array(arena, dl_str, KEYWORDS_MAX);
    for (uint32_t i = 0; i < claims->count; i++) {
        if (claims->list[i].rank != best->rank)
            continue;
        dl_str rest = claims->list[i].value;
        char separator = memchr(rest.at, ',', rest.len) ? ',' : ';';
        dl_str piece;
        while (dl_str_next(&rest, separator, &piece) && *ret_count < KEYWORDS_MAX) {
            piece = dl_str_trim(piece);
            bool known = piece.len == 0 || piece.len > KEYWORD_BYTES_MAX;
            for (uint32_t j = 0; j < *ret_count && !known; j++)
                known = dl_str_eq((*ret)[j], piece);
            if (!known)
                (*ret)[(*ret_count)++] = piece;
        }
    }
}
