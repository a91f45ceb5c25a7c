/* The file of tokens. */
#include "producers/push/push_tokens.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_BYTES_MAX (256U << 10)
#define RANDOM_BYTES 32U

static void free_list(struct dl_push_token *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(list[i].name);
        free(list[i].token);
    }
    free(list);
}

static char *copy(dl_str text)
{
    char *bytes = dl_alloc(text.len + 1);
    memcpy(bytes, text.at, text.len);
    return bytes;
}

static dl_status add_line(struct dl_push_tokens *tokens, dl_str line, unsigned number,
                          struct dl_error *err)
{
    dl_str token = line;
    dl_str name = {NULL, 0};
    const char *space = memchr(line.at, ' ', line.len);
    const char *tab = memchr(line.at, '\t', line.len);
    if (!space || (tab && tab < space))
        space = tab;
    if (space) {
        name = (dl_str){line.at, (size_t)(space - line.at)};
        token = dl_str_trim(dl_str_sub(line, name.len, line.len));
    }
    if (token.len < DL_PUSH_TOKEN_BYTES_MIN)
        return dl_fail(err, DL_BAD_CONFIG, "%s:%u: a token of %zu bytes, at least %u", tokens->path,
                       number, token.len, DL_PUSH_TOKEN_BYTES_MIN);
    for (size_t i = 0; i < token.len; i++)
        if (token.at[i] <= 0x20 || token.at[i] > 0x7e)
            return dl_fail(err, DL_BAD_CONFIG, "%s:%u: a token has visible ASCII only",
                           tokens->path, number);
    if (tokens->count == DL_PUSH_TOKENS_MAX)
        return dl_fail(err, DL_BAD_CONFIG, "%s:%u: at most %u tokens", tokens->path, number,
                       DL_PUSH_TOKENS_MAX);
    tokens->list = dl_realloc_array(tokens->list, tokens->count + 1, sizeof *tokens->list);
    struct dl_push_token *entry = &tokens->list[tokens->count++];
    *entry = (struct dl_push_token){.token = copy(token)};
    if (name.len) {
        entry->name = copy(name);
    } else {
        char text[32];
        snprintf(text, sizeof text, "line %u", number);
        entry->name = dl_strdup(text);
    }
    return DL_OK;
}

static dl_status read_text(const char *path, struct dl_buf *text, struct timespec *ret_changed,
                           struct dl_error *err)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return dl_fail(err, DL_BAD_CONFIG, "%s: %s", path, strerror(errno));
    dl_status status = DL_OK;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
        status = dl_fail(err, DL_BAD_CONFIG, "%s: not a regular file", path);
    else if (info.st_mode & (S_IRWXG | S_IRWXO))
        status =
            dl_fail(err, DL_BAD_CONFIG, "%s: others than its owner may read it; chmod 600", path);
    ssize_t got = 1;
    while (status == DL_OK && got > 0) {
        char piece[4096];
        got = read(fd, piece, sizeof piece);
        if (got < 0 || dl_buf_put(text, piece, (size_t)got) != DL_OK)
            status = dl_fail(err, DL_BAD_CONFIG, "%s: %s", path,
                             got < 0 ? strerror(errno) : "more than 256 KiB");
    }
    (void)close(fd); /* only read */
    *ret_changed = info.st_mtim;
    return status;
}

static dl_status read_file(const char *path, struct dl_push_tokens *ret, struct dl_error *err)
{
    struct dl_buf text;
    struct dl_push_tokens tokens = {.path = ret->path};
    dl_buf_init(&text, FILE_BYTES_MAX);
    dl_status status = read_text(path, &text, &tokens.changed, err);
    dl_str rest = dl_buf_str(&text);
    dl_str line;
    for (unsigned number = 1; status == DL_OK && dl_str_next(&rest, '\n', &line); number++) {
        line = dl_str_trim(line);
        if (line.len && line.at[0] != '#')
            status = add_line(&tokens, line, number, err);
    }
    if (status == DL_OK && tokens.count == 0)
        status = dl_fail(err, DL_BAD_CONFIG, "%s: no token in it", path);
    if (text.at)
        explicit_bzero(text.at, text.room);
    dl_buf_done(&text);
    ret->changed = tokens.changed; /* a bad file is told once, not at every look */
    if (status != DL_OK) {
        free_list(tokens.list, tokens.count);
        return status;
    }
    free_list(ret->list, ret->count);
    ret->list = tokens.list;
    ret->count = tokens.count;
    return DL_OK;
}

dl_status dl_push_tokens_open(const char *path, struct dl_push_tokens **ret_tokens,
                              struct dl_error *err)
{
    struct dl_push_tokens *tokens = dl_alloc(sizeof *tokens);
    tokens->path = dl_strdup(path);
    dl_status status = read_file(path, tokens, err);
    if (status == DL_OK)
        *ret_tokens = tokens;
    else
        dl_push_tokens_free(tokens);
    return status;
}

void dl_push_tokens_free(struct dl_push_tokens *tokens)
{
    if (!tokens)
        return;
    free_list(tokens->list, tokens->count);
    free(tokens->path);
    free(tokens);
}

dl_status dl_push_tokens_make(const char *path, struct dl_error *err)
{
    unsigned char random[RANDOM_BYTES];
    char text[2 * RANDOM_BYTES + 2];
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        return dl_fail(err, DL_FATAL, "no random bytes: %s", strerror(errno));
    for (size_t i = 0; i < sizeof random; i++)
        snprintf(text + 2 * i, 3, "%02x", random[i]);
    text[sizeof text - 2] = '\n';
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return dl_fail(err, DL_FATAL, "%s: %s", path, strerror(errno));
    ssize_t put = write(fd, text, sizeof text - 1);
    int failed = put == (ssize_t)sizeof text - 1 ? 0 : put < 0 ? errno : ENOSPC;
    if (close(fd) != 0 && !failed)
        failed = errno;
    explicit_bzero(text, sizeof text);
    if (failed) {
        (void)unlink(path); /* half a token is none */
        return dl_fail(err, DL_FATAL, "%s: %s", path, strerror(failed));
    }
    return DL_OK;
}

dl_status dl_push_tokens_refresh(struct dl_push_tokens *tokens, struct dl_error *err)
{
    struct stat info;
    if (stat(tokens->path, &info) != 0 || (info.st_mtim.tv_sec == tokens->changed.tv_sec &&
                                           info.st_mtim.tv_nsec == tokens->changed.tv_nsec))
        return DL_NOT_FOUND; /* an editor may have it away for a moment */
    return read_file(tokens->path, tokens, err);
}

/* Every byte of `given` is compared whatever the ones before it were. */
static bool is_same(dl_str given, const char *token)
{
    size_t len = strlen(token);
    size_t difference = given.len ^ len;
    for (size_t i = 0; i < given.len; i++)
        difference |= (size_t)((unsigned char)given.at[i] ^ (unsigned char)token[i % len]);
    return difference == 0;
}

struct dl_push_token *dl_push_tokens_find(struct dl_push_tokens *tokens, dl_str authorization)
{
    struct dl_push_token *found = NULL;
    dl_str scheme;
    if (!dl_str_next(&authorization, ' ', &scheme) || !dl_str_eq_nocase(scheme, DL_STR("bearer")) ||
        !authorization.at)
        return NULL;
    dl_str given = dl_str_trim(authorization);
    for (size_t i = 0; i < tokens->count; i++) /* all of them, always */
        if (is_same(given, tokens->list[i].token))
            found = &tokens->list[i];
    return found;
}
