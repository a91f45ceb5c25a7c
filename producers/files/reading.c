/* Files into parcels. */
#include "producers/files/reading.h"

#include "producers/door/envelope.h"
#include "proto/codec.h"

#include <unistd.h>
#include <xxhash.h>

#define NOTES_OF_FILE_MAX 10U /* broken records told one by one; the rest are only counted */

/* --- where files stood --- */

static size_t slot_of(const struct dl_reading *reading, dl_str path)
{
    size_t slot = (size_t)XXH3_64bits(path.at, path.len) & (reading->slots - 1);
    while (reading->by_path[slot] &&
           !dl_str_is(path, reading->files->list[reading->by_path[slot] - 1].path))
        slot = (slot + 1) & (reading->slots - 1);
    return slot;
}

void dl_reading_init(struct dl_reading *reading, const struct dl_files *files, dl_str published,
                     dl_str traceparent)
{
    *reading = (struct dl_reading){
        .files = files, .published = published, .traceparent = traceparent, .slots = 16};
    while (reading->slots < files->count * 2)
        reading->slots *= 2;
    reading->progress = dl_alloc((files->count + 1) * sizeof *reading->progress);
    reading->by_path = dl_alloc(reading->slots * sizeof *reading->by_path);
    for (size_t i = 0; i < files->count; i++) {
        uint32_t *slot = &reading->by_path[slot_of(reading, dl_str_of(files->list[i].path))];
        if (*slot)
            reading->progress[i].done = true; /* named twice, read once */
        else
            *slot = (uint32_t)i + 1;
    }
}

void dl_reading_done(struct dl_reading *reading)
{
    dl_feed_close(reading->feed);
    free(reading->progress);
    free(reading->by_path);
    *reading = (struct dl_reading){0};
}

void dl_reading_remember(struct dl_reading *reading, const struct dl_record *record,
                         struct dl_arena *arena)
{
    uint32_t index = reading->by_path[slot_of(reading, record->key)];
    struct dl_position_record *position;
    if (!index)
        return;
    const struct dl_file *file = &reading->files->list[index - 1];
    struct dl_progress *progress = &reading->progress[index - 1];
    *progress = (struct dl_progress){0};
    if (record->value.at && dl_position_unpack(record->value, arena, &position, NULL) == DL_OK &&
        position->size == file->bytes && position->modified_ms == file->modified_ms)
        *progress = (struct dl_progress){position->offset, position->line, position->done};
}

/* --- parcels --- */

struct dl_parcel *dl_parcel_new(void)
{
    struct dl_parcel *parcel = dl_alloc(sizeof *parcel);
    dl_arena_init(&parcel->arena);
    return parcel;
}

void dl_parcel_free(struct dl_parcel *parcel)
{
    if (!parcel)
        return;
    dl_arena_done(&parcel->arena);
    free(parcel);
}

static void empty(struct dl_parcel *parcel)
{
    dl_arena_reset(&parcel->arena);
    struct dl_arena arena = parcel->arena;
    memset(parcel, 0, sizeof *parcel);
    parcel->arena = arena;
}

static void add_note(struct dl_parcel *parcel, const struct dl_file *file, uint64_t line,
                     const char *text, bool is_file)
{
    if (parcel->note_count == DL_PARCEL_NOTES_MAX)
        return;
    struct note *note = &parcel->notes[parcel->note_count++];
    note->is_file = is_file;
    if (is_file) /* the text names it already */
        note->text = dl_arena_str(&parcel->arena, dl_str_of(text));
    else if (line)
        note->text = dl_arena_printf(&parcel->arena, "%s:%llu: %s", file->shown,
                                     (unsigned long long)line, text);
    else
        note->text = dl_arena_printf(&parcel->arena, "%s: %s", file->shown, text);
}

static void add_record(struct dl_parcel *parcel, struct dl_record record)
{
    assert(parcel->count < sizeof parcel->records / sizeof *parcel->records);
    parcel->records[parcel->count++] = record;
    parcel->bytes += record.key.len + record.value.len;
}

static void add_dead(const struct dl_reading *reading, struct dl_parcel *parcel,
                     const struct dl_file *file, const struct dl_feed_item *item)
{
    add_record(parcel,
               dl_envelope_dead(&parcel->arena, item, dl_str_of(file->path), reading->traceparent));
    parcel->dead++;
}

static void add_article(const struct dl_reading *reading, struct dl_parcel *parcel,
                        const struct dl_article_record *article)
{
    add_record(parcel, dl_envelope_article(&parcel->arena, article, reading->traceparent));
    parcel->articles++;
}

static void add_position(const struct dl_reading *reading, struct dl_parcel *parcel)
{
    const struct dl_file *file = &reading->files->list[reading->at];
    const struct dl_progress *progress = &reading->progress[reading->at];
    struct dl_position_record position = {
        .path = dl_str_of(file->path),
        .size = file->bytes,
        .modified_ms = file->modified_ms,
        .offset = progress->offset,
        .line = progress->line,
        .done = progress->done,
    };
    add_record(parcel, (struct dl_record){.part = {DL_TOPIC_POSITIONS, -1},
                                          .key = position.path,
                                          .value = dl_position_pack(&position, &parcel->arena)});
}

/* --- files --- */

static void count_disk_bytes(struct dl_reading *reading, struct dl_parcel *parcel)
{
    uint64_t now = dl_feed_disk_bytes(reading->feed);
    parcel->disk_bytes += now - reading->disk_bytes;
    reading->disk_bytes = now;
}

static void leave_file(struct dl_reading *reading, struct dl_parcel *parcel)
{
    const struct dl_file *file = &reading->files->list[reading->at];
    if (reading->feed)
        count_disk_bytes(reading, parcel);
    if (file->bytes > reading->disk_bytes) /* progress reaches its end whatever was not read */
        parcel->disk_bytes += file->bytes - reading->disk_bytes;
    dl_feed_close(reading->feed);
    reading->feed = NULL;
    reading->at++;
}

static void give_up_file(struct dl_reading *reading, struct dl_parcel *parcel,
                         const struct dl_error *err)
{
    const struct dl_file *file = &reading->files->list[reading->at];
    add_note(parcel, file, 0, err->text, true);
    if (reading->feed) /* what came of it before is not read again */
        add_position(reading, parcel);
    parcel->unread++;
    parcel->unread_named += file->named;
    leave_file(reading, parcel);
}

static void finish_file(struct dl_reading *reading, struct dl_parcel *parcel)
{
    if (reading->progress[reading->at].offset == 0)
        add_note(parcel, &reading->files->list[reading->at], 0, "empty file", true);
    reading->progress[reading->at].done = true;
    add_position(reading, parcel);
    leave_file(reading, parcel);
}

/* Opens the next file that has something to read; false when there is none. */
static bool open_next(struct dl_reading *reading, struct dl_parcel *parcel)
{
    const struct dl_file *file = &reading->files->list[reading->at];
    const struct dl_progress *progress = &reading->progress[reading->at];
    struct dl_error err;
    reading->disk_bytes = 0;
    reading->notes_of_file = 0;
    if (progress->done) {
        parcel->skipped += !file->spooled;
        leave_file(reading, parcel);
        return false;
    }
    if (dl_file_open(reading->files, file, progress->offset, progress->line, reading->published,
                     &reading->feed, &err) == DL_OK)
        return true;
    give_up_file(reading, parcel, &err);
    return false;
}

static void take_record(struct dl_reading *reading, struct dl_parcel *parcel)
{
    const struct dl_file *file = &reading->files->list[reading->at];
    struct dl_progress *progress = &reading->progress[reading->at];
    struct dl_feed_item item;
    struct dl_error err;
    dl_status status = dl_feed_next(reading->feed, &parcel->arena, &item, &err);
    if (status == DL_NOT_FOUND) {
        finish_file(reading, parcel);
        return;
    }
    if (status != DL_OK) {
        give_up_file(reading, parcel, &err);
        return;
    }
    if (item.article) {
        add_article(reading, parcel, item.article);
    } else {
        add_dead(reading, parcel, file, &item);
        if (reading->notes_of_file++ < NOTES_OF_FILE_MAX)
            add_note(parcel, file, item.line, item.why.text, false);
    }
    progress->offset = item.next_offset;
    progress->line = item.next_line;
}

void dl_reading_fill(struct dl_reading *reading, struct dl_parcel *parcel)
{
    empty(parcel);
    while (reading->at < reading->files->count && parcel->count < DL_PARCEL_RECORDS_MAX &&
           parcel->bytes < DL_PARCEL_BYTES_MAX && parcel->note_count < DL_PARCEL_NOTES_MAX) {
        if (reading->feed || open_next(reading, parcel))
            take_record(reading, parcel);
    }
    if (reading->feed) {
        count_disk_bytes(reading, parcel);
        add_position(reading, parcel);
    }
    parcel->last = reading->at == reading->files->count;
}

void dl_reading_tidy(struct dl_reading *reading)
{
    for (size_t i = 0; i < reading->files->count; i++)
        if (reading->progress[i].done && reading->files->list[i].spooled)
            (void)unlink(reading->files->list[i].path); /* at worst it is passed over next time */
}
