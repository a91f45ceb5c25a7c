/* Files read in order and made into what goes to the log, a bounded parcel at a time: articles,
 * dead letters, and after each file's records the position that says so.
 *
 * Owner    a parcel is filled on the store thread and emptied on the loop's, never both at once;
 *          a reading belongs to the store thread while it fills one.
 * Threads  as above.
 * Errors   none of the whole: what cannot be read is a note in the parcel. */
#ifndef DL_PRODUCERS_FILES_READING_H
#define DL_PRODUCERS_FILES_READING_H

#include "core/bus.h"
#include "producers/files/files.h"

#define DL_PARCEL_RECORDS_MAX 2000U
#define DL_PARCEL_BYTES_MAX (1U << 20) /* one article more may be past it */
#define DL_PARCEL_NOTES_MAX 20U        /* a file of nothing but broken lines says so 20 times */

struct dl_parcel {
    struct dl_arena arena;
    struct dl_record records[DL_PARCEL_RECORDS_MAX + 8]; /* with the positions that follow */
    uint32_t count;
    size_t bytes;

    uint64_t articles;
    uint64_t dead;
    uint64_t skipped;
    uint64_t unread;
    uint64_t unread_named;
    uint64_t disk_bytes;
    struct note {
        dl_str text;  /* "a.jsonl:12: …" */
        bool is_file; /* a whole file, not one record */
    } notes[DL_PARCEL_NOTES_MAX];
    uint32_t note_count;
    bool last; /* nothing follows */
};

/* How far one file was read before. */
struct dl_progress {
    uint64_t offset;
    uint64_t line;
    bool done;
};

struct dl_reading {
    const struct dl_files *files;
    struct dl_progress *progress; /* beside files->list */
    uint32_t *by_path;            /* open addressing: index + 1 of a file */
    size_t slots;
    dl_str published;
    dl_str traceparent;
    size_t at; /* the file being read */
    struct dl_feed *feed;
    uint64_t disk_bytes; /* of the open feed, already counted */
    uint64_t notes_of_file;
};

/* `published` and `traceparent` may be empty and must outlive it. */
void dl_reading_init(struct dl_reading *reading, const struct dl_files *files, dl_str published,
                     dl_str traceparent);
void dl_reading_done(struct dl_reading *reading);

/* A record of the topic positions, in any order: what it says of one of our files is where that
 * file goes on, if it is still the same. */
void dl_reading_remember(struct dl_reading *reading, const struct dl_record *record,
                         struct dl_arena *arena);

/* The next parcel, overwriting what was in it. */
void dl_reading_fill(struct dl_reading *reading, struct dl_parcel *parcel);

/* Deletes what was spooled and is wholly read; after the last parcel is in the log. */
void dl_reading_tidy(struct dl_reading *reading);

struct dl_parcel *dl_parcel_new(void);
void dl_parcel_free(struct dl_parcel *parcel);

#endif
