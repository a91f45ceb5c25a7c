/* Which files a producer reads: the paths a person gave, folders opened up in sorted order, stdin
 * put into a file first.
 *
 * Owner    dl_files_free().
 * Threads  filled on one thread, then const.
 * Errors   a path that cannot be looked at becomes an entry of its own, so that its turn says so;
 *          only stdin that cannot be spooled fails the whole. */
#ifndef DL_PRODUCERS_FILES_FILES_H
#define DL_PRODUCERS_FILES_FILES_H

#include "producers/door/feed.h"

enum dl_file_format { DL_FILE_TEXT, DL_FILE_JSONL, DL_FILE_HTML, DL_FILE_WARC };

struct dl_file {
    const char *path;  /* absolute, links resolved; what a position is kept under */
    const char *shown; /* as the person would say it */
    enum dl_file_format format;
    uint64_t bytes; /* on disk */
    int64_t modified_ms;
    bool named;          /* by the person, not found in a folder */
    bool spooled;        /* ours: deleted when everything of it is in the log */
    const char *trouble; /* why it cannot be read; NULL when it can */
};

struct dl_files {
    struct dl_arena arena;
    struct dl_file *list;
    size_t count;
    size_t room;
    uint64_t bytes;                 /* of all */
    uint64_t left_aside;            /* files in folders whose name says they hold no articles */
    int64_t unsettled_from_ms;      /* files in folders changed from then on */
    int64_t unsettled_to_ms;        /* until then are left for another time: */
    uint64_t unsettled;             /* so many */
    const struct dl_field_map *map; /* names of fields in JSONL; NULL: ours */
};

struct dl_files *dl_files_new(void);
void dl_files_free(struct dl_files *files);

/* A file, or a folder and all below it: .txt .text .jsonl .ndjson .html .htm .xhtml .warc, each
 * also with .gz or .zst. A file named outright may have any name; its first bytes then say what it
 * is. */
void dl_files_add(struct dl_files *files, const char *path);

/* Copies `fd` to a file in DIR/spool and adds it; what is there from before comes first. */
dl_status dl_files_add_stream(struct dl_files *files, int fd, const char *dir,
                              struct dl_error *err);

/* Files in DIR/spool that were wholly written and not wholly read. */
void dl_files_add_spooled(struct dl_files *files, const char *dir);

dl_status dl_file_open(const struct dl_files *files, const struct dl_file *file, uint64_t offset,
                       uint64_t line, dl_str published, struct dl_feed **ret_feed,
                       struct dl_error *err);

#endif
