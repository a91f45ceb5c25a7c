/* What `parse url`, `parse robots` and `parse feed` share: JSONL in, one line of JSON out for each
 * line in, in order, and a bad one among good ones is told and passed over.
 *
 * Owner    dl_parse_run(). Input lines and what is parsed of them live in the arena until the next
 *          one.
 * Threads  one: this is a command. */
#ifndef DL_PRODUCERS_FEEDS_PARSE_LINES_H
#define DL_PRODUCERS_FEEDS_PARSE_LINES_H

#include "core/json_value.h"

struct dl_parse_lines {
    struct dl_arena arena;
    struct dl_buf out; /* the line being written */
    dl_str id;         /* of the input; its number where it has none */
    unsigned number;
    unsigned bad;
    bool failed;     /* without a line of its own */
    char where[512]; /* "file:line" or the file, for errors */
    const struct dl_parse_command *command;
};

struct dl_parse_command {
    const char *usage;
    struct {
        const char *name;   /* "--url" */
        const char **value; /* where its value goes */
    } options[3];
    void *state; /* of the command */
    /* One input that is an object: put_* one answer, or give an error. A line that is no JSON
     * comes as {"url": line}. */
    dl_status (*answer)(struct dl_parse_lines *lines, const struct dl_json *input,
                        struct dl_error *err);
    /* An argument that is neither "-" nor a .jsonl; an error becomes a line. DL_NOT_FOUND: it is
     * a file of lines all the same. */
    dl_status (*argument)(struct dl_parse_lines *lines, const char *argument, struct dl_error *err);
};

/* Takes the command's options and --strict, then answers each argument, or stdin where there is
 * none. The exit code: 0, 1 where output could not be written or (--strict) something was bad, 2
 * after the usage. */
int dl_parse_run(const struct dl_parse_command *command, int argc, char **argv);

/* A new answer with its id; fields go to lines->out; dl_parse_end() prints it. */
void dl_parse_begin(struct dl_parse_lines *lines);
void dl_parse_put(struct dl_parse_lines *lines, const char *name, dl_str text); /* if not empty */
void dl_parse_end(struct dl_parse_lines *lines);
void dl_parse_put_error(struct dl_parse_lines *lines, const struct dl_error *err);

/* A whole file of at most `bytes_max`, in the arena. `beside` is the file whose folder a relative
 * path starts from, or NULL. */
dl_status dl_parse_file(struct dl_parse_lines *lines, dl_str path, const char *beside,
                        size_t bytes_max, dl_str *ret_bytes, struct dl_error *err);

#endif
