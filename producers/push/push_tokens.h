/* Who may push: the bearer tokens of a file that only its owner can read.
 *
 *     # one a line; before it, if you like, a name for the messages
 *     newsdesk 3f1c…(32 bytes or more)
 *
 * The file is read again when it has changed, so that tokens can be added and taken back without a
 * restart; a file that makes no sense leaves the old ones in force.
 *
 * Owner    dl_push_tokens_free().   Threads  the loop's only.
 * Errors   DL_BAD_CONFIG naming file and line. */
#ifndef DL_PRODUCERS_PUSH_PUSH_TOKENS_H
#define DL_PRODUCERS_PUSH_PUSH_TOKENS_H

#include "core/str.h"

#define DL_PUSH_TOKENS_MAX 1000U
#define DL_PUSH_TOKEN_BYTES_MIN 32U

struct dl_push_token {
    char *name; /* "line 3" where none was given */
    char *token;
    double allowance; /* requests that may still come now; the leg's */
    uint64_t allowance_ms;
};

struct dl_push_tokens {
    char *path;
    struct timespec changed;
    struct dl_push_token *list;
    size_t count;
};

dl_status dl_push_tokens_open(const char *path, struct dl_push_tokens **ret_tokens,
                              struct dl_error *err);
void dl_push_tokens_free(struct dl_push_tokens *tokens);

/* Writes a new file with one random token. */
dl_status dl_push_tokens_make(const char *path, struct dl_error *err);

/* Reads the file again if it has changed; DL_NOT_FOUND if it has not. */
dl_status dl_push_tokens_refresh(struct dl_push_tokens *tokens, struct dl_error *err);

/* The token of the header "Authorization: Bearer …", or NULL. Takes the same time for every wrong
 * one of a length. */
struct dl_push_token *dl_push_tokens_find(struct dl_push_tokens *tokens, dl_str authorization);

#endif
