/* Reading goes over the lines once and keeps the rules of two kinds of groups, the agent's and
 * everybody's; which of them hold is known at the end. */
#include "producers/poll/robots.h"

#include "core/url_parts.h"

#define DELAY_MAX_S 86400.0 /* more is a way of saying no, and that is what Disallow is for */

struct rules {
    struct dl_robots_rule *list;
    uint32_t count;
    uint32_t room;
    int64_t delay_ms;
    bool named; /* there was such a group, if only an empty one */
};

struct reader {
    struct dl_arena *arena;
    dl_str agent;
    struct rules ours;
    struct rules everybodys;
    bool in_ours; /* the group being read */
    bool in_everybodys;
    bool rules_begun; /* the next User-agent begins another group */
    dl_str *sitemaps;
    uint32_t sitemap_count;
};

enum key { KEY_OTHER, KEY_AGENT, KEY_ALLOW, KEY_DISALLOW, KEY_DELAY, KEY_SITEMAP };

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\0' || c == '\v' || c == '\f';
}

static dl_str trim(dl_str s)
{
    while (s.len && is_blank(s.at[0]))
        s = dl_str_sub(s, 1, s.len);
    while (s.len && is_blank(s.at[s.len - 1]))
        s.len--;
    return s;
}

/* Keys as they are meant; the misspellings are those that crawlers have long accepted. */
static enum key key_of(dl_str word)
{
    static const struct {
        dl_str word;
        enum key key;
    } keys[] = {
        {{"user-agent", 10}, KEY_AGENT},  {{"useragent", 9}, KEY_AGENT},
        {{"user agent", 10}, KEY_AGENT},  {{"allow", 5}, KEY_ALLOW},
        {{"disallow", 8}, KEY_DISALLOW},  {{"dissallow", 9}, KEY_DISALLOW},
        {{"dissalow", 8}, KEY_DISALLOW},  {{"disalow", 7}, KEY_DISALLOW},
        {{"diasllow", 8}, KEY_DISALLOW},  {{"disallaw", 8}, KEY_DISALLOW},
        {{"crawl-delay", 11}, KEY_DELAY}, {{"crawldelay", 10}, KEY_DELAY},
        {{"sitemap", 7}, KEY_SITEMAP},    {{"site-map", 8}, KEY_SITEMAP},
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (dl_str_eq_nocase(word, keys[i].word))
            return keys[i].key;
    return KEY_OTHER;
}

/* "Key: value", or "Key value" of just two words. */
static bool split_line(dl_str line, dl_str *ret_key, dl_str *ret_value)
{
    const char *colon = line.len ? memchr(line.at, ':', line.len) : NULL;
    size_t at = colon ? (size_t)(colon - line.at) : 0;
    if (!colon) {
        while (at < line.len && !is_blank(line.at[at]))
            at++;
        if (at == line.len)
            return false;
        dl_str value = trim(dl_str_sub(line, at, line.len));
        for (size_t i = 0; i < value.len; i++)
            if (is_blank(value.at[i]))
                return false;
    }
    *ret_key = trim(dl_str_sub(line, 0, at));
    *ret_value = trim(dl_str_sub(line, at + (colon != NULL), line.len));
    return ret_key->len > 0;
}

/* The crawler's name in a User-Agent that first claims to be a browser: "Mozilla/5.0 (compatible;
 * Name/1.0; …)". */
static dl_str after_claim(dl_str agent)
{
    static const char claim[] = "compatible;";
    if (agent.len < 8 || !dl_str_eq_nocase(dl_str_sub(agent, 0, 8), DL_STR("Mozilla/")))
        return agent;
    const char *hit = memmem(agent.at, agent.len, claim, sizeof claim - 1);
    size_t at = hit ? (size_t)(hit - agent.at) + sizeof claim - 1 : 0;
    return trim(dl_str_sub(agent, at, agent.len));
}

static dl_str product_token(dl_str agent)
{
    size_t len = 0;
    while (len < agent.len && (dl_url_is_alpha(agent.at[len]) || dl_url_is_digit(agent.at[len]) ||
                               agent.at[len] == '-' || agent.at[len] == '_'))
        len++;
    return dl_str_sub(agent, 0, len);
}

/* Paths and patterns in one spelling: what may stand bare does, all else is escaped in capitals.
 * In paths (`literal`) a star or dollar is meant as such and escaped; in patterns only the dollar
 * that is not the last byte. */
static dl_str normal_form(struct dl_arena *arena, dl_str text, bool literal)
{
    static const char digits[] = "0123456789ABCDEF";
    static const char reserved[] = ":/?#[]@!&()+,;=";
    char *bytes = dl_arena_raw(arena, text.len * 3 + 1);
    size_t len = 0;
    bool query = false; /* in it these mean the same escaped or not: "/" ":" "?" "@" */
    for (size_t i = 0; i < text.len; i++) {
        int high = text.at[i] == '%' && i + 2 < text.len ? dl_url_hex(text.at[i + 1]) : -1;
        int low = high >= 0 ? dl_url_hex(text.at[i + 2]) : -1;
        bool escape = low >= 0;
        query = query || text.at[i] == '?';
        unsigned char c = (unsigned char)(escape ? high << 4 | low : text.at[i]);
        bool bare = dl_url_is_alpha((char)c) || dl_url_is_digit((char)c) ||
                    (c && strchr("-._~'", c)) || (query && c && strchr("/:?@", c)) ||
                    (!escape && c && (strchr(reserved, c) || c == '%')) ||
                    (!escape && !literal && (c == '*' || (c == '$' && i + 1 == text.len)));
        if (bare) {
            bytes[len++] = (char)c;
        } else {
            bytes[len++] = '%';
            bytes[len++] = digits[c >> 4];
            bytes[len++] = digits[c & 15];
        }
        i += escape ? 2 : 0;
    }
    return (dl_str){bytes, len};
}

static void add_rule(struct reader *r, struct rules *rules, dl_str pattern, bool allow)
{
    if (rules->count == rules->room) {
        uint32_t room = rules->room ? rules->room * 2 : 16;
        struct dl_robots_rule *list = dl_arena_array(r->arena, struct dl_robots_rule, room);
        if (rules->count)
            memcpy(list, rules->list, rules->count * sizeof *list);
        rules->list = list;
        rules->room = room;
    }
    rules->list[rules->count++] = (struct dl_robots_rule){pattern, allow};
}

static void take_rule(struct reader *r, dl_str value, bool allow)
{
    dl_str pattern;
    if (value.len == 0) /* "Disallow:" forbids nothing */
        return;
    pattern = normal_form(r->arena, value, false);
    if (r->in_ours)
        add_rule(r, &r->ours, pattern, allow);
    if (r->in_everybodys)
        add_rule(r, &r->everybodys, pattern, allow);
    /* Who may have a folder's index page may have the folder. */
    size_t slash = pattern.len;
    while (slash && pattern.at[slash - 1] != '/')
        slash--;
    dl_str last = dl_str_sub(pattern, slash, pattern.len);
    if (!allow || slash == 0 || (!dl_str_is(last, "index.htm") && !dl_str_is(last, "index.html")))
        return;
    pattern = dl_arena_printf(r->arena, "%.*s$", (int)slash, pattern.at);
    if (r->in_ours)
        add_rule(r, &r->ours, pattern, true);
    if (r->in_everybodys)
        add_rule(r, &r->everybodys, pattern, true);
}

static void take_agent(struct reader *r, dl_str value)
{
    if (r->rules_begun)
        r->in_ours = r->in_everybodys = r->rules_begun = false;
    if (value.len && value.at[0] == '*' && (value.len == 1 || is_blank(value.at[1]))) {
        r->in_everybodys = r->everybodys.named = true;
        return;
    }
    dl_str token = product_token(value);
    if (token.len && dl_str_eq_nocase(token, r->agent))
        r->in_ours = r->ours.named = true;
}

static void take_delay(struct reader *r, dl_str value)
{
    double seconds;
    if (dl_str_to_f64(value, &seconds) != DL_OK || seconds < 0)
        return;
    int64_t ms = (int64_t)((seconds > DELAY_MAX_S ? DELAY_MAX_S : seconds) * 1000);
    if (r->in_ours)
        r->ours.delay_ms = ms;
    if (r->in_everybodys)
        r->everybodys.delay_ms = ms;
}

static void take_line(struct reader *r, dl_str line)
{
    dl_str key;
    dl_str value;
    const char *comment = line.len ? memchr(line.at, '#', line.len) : NULL;
    if (comment)
        line.len = (size_t)(comment - line.at);
    if (!split_line(trim(line), &key, &value))
        return;
    switch (key_of(key)) {
    case KEY_AGENT:
        take_agent(r, value);
        break;
    case KEY_ALLOW:
    case KEY_DISALLOW:
        r->rules_begun = true;
        take_rule(r, value, key_of(key) == KEY_ALLOW);
        break;
    case KEY_DELAY:
        take_delay(r, value);
        break;
    case KEY_SITEMAP:
        if (value.len && r->sitemap_count < DL_ROBOTS_SITEMAPS_MAX)
            r->sitemaps[r->sitemap_count++] = dl_arena_str(r->arena, value);
        break;
    case KEY_OTHER:
        break;
    }
}

void dl_robots_read(struct dl_arena *arena, dl_str bytes, dl_str agent,
                    struct dl_robots *ret_robots)
{
    struct reader r = {.arena = arena, .agent = product_token(after_claim(trim(agent)))};
    r.ours.delay_ms = r.everybodys.delay_ms = DL_ROBOTS_NO_DELAY;
    r.sitemaps = dl_arena_array(arena, dl_str, DL_ROBOTS_SITEMAPS_MAX);
    if (dl_str_starts(bytes, DL_STR("\xef\xbb\xbf")))
        bytes = dl_str_sub(bytes, 3, bytes.len);
    if (bytes.len > DL_ROBOTS_BYTES_MAX) {
        bytes.len = DL_ROBOTS_BYTES_MAX; /* and no half line: a cut "/a" would be "/" */
        while (bytes.len && bytes.at[bytes.len - 1] != '\n' && bytes.at[bytes.len - 1] != '\r')
            bytes.len--;
    }
    for (size_t start = 0, end = 0; start < bytes.len; start = end + 1) {
        end = start;
        while (end < bytes.len && bytes.at[end] != '\n' && bytes.at[end] != '\r')
            end++;
        take_line(&r, dl_str_sub(bytes, start, end));
    }
    const struct rules *rules = r.ours.named ? &r.ours : &r.everybodys;
    *ret_robots = (struct dl_robots){.rules = rules->list,
                                     .rule_count = rules->count,
                                     .delay_ms = rules->delay_ms,
                                     .sitemaps = r.sitemaps,
                                     .sitemap_count = r.sitemap_count};
}

/* The pieces between stars must follow each other, the first from the start; "$" ties the last to
 * the end. Each piece is taken where it first fits, which loses nothing. */
static bool matches(dl_str pattern, dl_str path)
{
    bool tied = pattern.len && pattern.at[pattern.len - 1] == '$';
    bool first = true;
    size_t at = 0;
    dl_str piece;
    dl_str rest = pattern;
    rest.len -= tied;
    while (dl_str_next(&rest, '*', &piece)) {
        bool last = rest.at == NULL;
        if (last && tied && !first) {
            dl_str tail = dl_str_sub(path, at, path.len);
            return dl_str_ends(tail, piece);
        }
        if (first) {
            if (!dl_str_starts(path, piece))
                return false;
            at = piece.len;
        } else if (piece.len) {
            const char *found = memmem(path.at + at, path.len - at, piece.at, piece.len);
            if (!found)
                return false;
            at = (size_t)(found - path.at) + piece.len;
        }
        first = false;
    }
    return !tied || at == path.len;
}

bool dl_robots_allow(struct dl_arena *arena, const struct dl_robots *robots,
                     const struct dl_url *url, const struct dl_robots_rule **ret_rule)
{
    const struct dl_robots_rule *best = NULL;
    dl_str path = url->path.len ? url->path : DL_STR("/");
    if (url->has_query)
        path = dl_arena_printf(arena, "%.*s?%.*s", DL_STR_ARG(path), DL_STR_ARG(url->query));
    path = normal_form(arena, path, true);
    for (uint32_t i = 0; i < robots->rule_count; i++) {
        const struct dl_robots_rule *rule = &robots->rules[i];
        bool longer = !best || rule->pattern.len > best->pattern.len ||
                      (rule->pattern.len == best->pattern.len && rule->allow && !best->allow);
        if (longer && matches(rule->pattern, path))
            best = rule;
    }
    if (ret_rule)
        *ret_rule = best;
    return !best || best->allow || dl_str_is(path, "/robots.txt");
}
