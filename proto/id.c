/* Hashes that name things. Parts are framed by their lengths, so that moving a border changes the
 * hash. */
#include "proto/id.h"

#include "core/limits.h"

#define XXH_STATIC_LINKING_ONLY /* the streaming state on the stack */
#include <xxhash.h>

static void add(XXH3_state_t *state, dl_str part)
{
    uint64_t len = part.len;
    (void)XXH3_128bits_update(state, &len, sizeof len); /* fails only on NULL */
    if (len)
        (void)XXH3_128bits_update(state, part.at, part.len);
}

static void add_number(XXH3_state_t *state, uint64_t number)
{
    (void)XXH3_128bits_update(state, &number, sizeof number);
}

static void put_hex(char to[16], uint64_t number)
{
    for (int i = 16; i-- > 0; number >>= 4)
        to[i] = "0123456789abcdef"[number & 15];
}

static dl_str hex_of(struct dl_arena *arena, XXH128_hash_t hash)
{
    char *to = dl_arena_raw(arena, 33);
    put_hex(to, hash.high64);
    put_hex(to + 16, hash.low64);
    to[32] = '\0';
    return (dl_str){to, 32};
}

dl_str dl_hash_hex(struct dl_arena *arena, dl_str bytes)
{
    return hex_of(arena, XXH3_128bits(bytes.at ? bytes.at : "", bytes.len));
}

static dl_str hash_of_two(struct dl_arena *arena, dl_str a, dl_str b)
{
    XXH3_state_t state;
    XXH3_INITSTATE(&state);
    (void)XXH3_128bits_reset(&state);
    add(&state, a);
    add(&state, b);
    return hex_of(arena, XXH3_128bits_digest(&state));
}

dl_str dl_article_id(struct dl_arena *arena, const struct dl_article_record *article)
{
    if (article->id.len > DL_ID_BYTES_MAX)
        return dl_hash_hex(arena, article->id);
    if (article->id.len)
        return dl_arena_str(arena, article->id);
    if (article->canonical_url.len)
        return dl_hash_hex(arena, article->canonical_url);
    if (article->url.len)
        return dl_hash_hex(arena, article->url);
    if (article->guid.len)
        return hash_of_two(arena, article->publisher ? article->publisher->host : DL_STR(""),
                           article->guid);
    return hash_of_two(arena, article->title, article->text.len ? article->text : article->html);
}

dl_str dl_content_hash(struct dl_arena *arena, dl_str title, dl_str text)
{
    return hash_of_two(arena, title, text);
}

void dl_mention_ids(struct dl_arena *arena, struct dl_mention *mention)
{
    XXH3_state_t state;
    XXH3_INITSTATE(&state);
    (void)XXH3_128bits_reset(&state);
    add(&state, mention->article ? mention->article->id : DL_STR(""));
    add_number(&state, mention->article ? mention->article->version : 0);
    add_number(&state, mention->trigger ? mention->trigger->start : 0);
    add_number(&state, mention->trigger ? mention->trigger->end : 0);
    add_number(&state, (uint64_t)mention->type);
    for (uint32_t i = 0; i < mention->actor_count; i++)
        add(&state, mention->actor[i].code);
    add_number(&state, mention->actor_count);
    for (uint32_t i = 0; i < mention->recipient_count; i++)
        add(&state, mention->recipient[i].code);
    mention->slot_id = hex_of(arena, XXH3_128bits_digest(&state));
    const struct dl_coder *coder = mention->coder;
    if (coder) {
        add(&state, coder->version);
        add(&state, coder->rules);
        add(&state, coder->actors);
        add(&state, coder->gazetteer);
        add(&state, coder->models);
    }
    mention->id = hex_of(arena, XXH3_128bits_digest(&state));
}
