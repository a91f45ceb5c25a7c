/* Looking at dead letters and putting them back. */
#include "relay/dead.h"

#include "core/open_log.h"
#include "core/utf8.h"
#include "relay/look.h"

struct dead {
    struct dl_look *look;
    char **places; /* "partition:offset" asked for; none: all */
    int place_count;
    unsigned long long count;
    struct dl_record **replays; /* kept until the reading is over */
};

/* One allocation: the record, its header and all its bytes. */
static struct dl_record *keep_record(const struct dl_record *record)
{
    const struct dl_header *header = &record->headers[0];
    size_t bytes =
        sizeof *record + sizeof *header + record->key.len + record->value.len + header->value.len;
    struct dl_record *kept = dl_alloc(bytes);
    struct dl_header *kept_header = (struct dl_header *)(kept + 1);
    char *at = (char *)(kept_header + 1);
    *kept = *record;
    kept->key.at = memcpy(at, record->key.at, record->key.len);
    at += record->key.len;
    kept->value.at = memcpy(at, record->value.at, record->value.len);
    at += record->value.len;
    *kept_header = *header; /* its name is a literal */
    kept_header->value.at = memcpy(at, header->value.at, header->value.len);
    kept->headers = kept_header;
    return kept;
}

static bool is_asked_for(const struct dead *dead, const struct dl_record *record)
{
    char place[48];
    snprintf(place, sizeof place, "%d:%lld", record->part.partition, (long long)record->offset);
    for (int i = 0; i < dead->place_count; i++)
        if (strcmp(dead->places[i], place) == 0)
            return true;
    return dead->place_count == 0;
}

static bool is_control(uint32_t code)
{
    return (code < 0x20 && code != '\n' && code != '\t') || (code >= 0x7f && code < 0xa0);
}

/* Bytes of strangers on a terminal: controls and what is no text as \xNN, long ones cut. */
static void print_safe(dl_str text, size_t len_max)
{
    size_t i = 0;
    while (i < text.len && i < len_max) {
        size_t bytes = dl_utf8_valid_at(text, i);
        if (bytes > 0 && !is_control(dl_utf8_at(text, i, &bytes)))
            fwrite(text.at + i, 1, bytes, stdout);
        else
            for (size_t b = 0; b < (bytes ? bytes : 1); b++)
                printf("\\x%02x", (unsigned char)text.at[i + b]);
        i += bytes ? bytes : 1;
    }
    if (i < text.len)
        printf(" … (%zu bytes in all)", text.len);
}

static void list_one(void *ctx, const struct dl_record *record)
{
    struct dead *dead = ctx;
    if (!is_asked_for(dead, record))
        return;
    dead->count++;
    printf("%d:%lld\t", record->part.partition, (long long)record->offset);
    static const char *const names[] = {"dateline-error-stage", "dateline-error-kind",
                                        "dateline-error-file", "dateline-error-line",
                                        "dateline-origin"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        print_safe(dl_header_of(record, names[i]), 200);
        putchar('\t');
    }
    print_safe(record->key, 64);
    putchar('\t');
    print_safe(dl_header_of(record, "dateline-error-message"), 200);
    putchar('\n');
}

static void show_one(void *ctx, const struct dl_record *record)
{
    struct dead *dead = ctx;
    if (!is_asked_for(dead, record))
        return;
    dead->count++;
    printf("%d:%lld  key ", record->part.partition, (long long)record->offset);
    print_safe(record->key, 256);
    putchar('\n');
    for (uint32_t h = 0; h < record->header_count; h++) {
        printf("  %.*s: ", DL_STR_ARG(record->headers[h].name));
        print_safe(record->headers[h].value, 500);
        putchar('\n');
    }
    putchar('\n');
    print_safe(record->value, 4000);
    putchar('\n');
}

/* The original goes back under its own key; what refused it at the door would do so again. */
static void replay_one(void *ctx, const struct dl_record *record)
{
    struct dead *dead = ctx;
    if (!is_asked_for(dead, record) || !record->value.at || !record->key.at)
        return;
    if (dl_str_is(dl_header_of(record, "dateline-error-stage"), "produce")) {
        fprintf(stderr,
                "dateline: %d:%lld was refused at the door: mend the input and produce it "
                "again\n",
                record->part.partition, (long long)record->offset);
        return;
    }
    char place[48];
    snprintf(place, sizeof place, "%d:%lld", record->part.partition, (long long)record->offset);
    struct dl_header header = {DL_STR("dateline-replay"), dl_str_of(place)};
    struct dl_record back = {.part = {DL_TOPIC_ARTICLES, -1},
                             .key = record->key,
                             .value = record->value,
                             .headers = &header,
                             .header_count = 1};
    dead->replays = dl_realloc_array(dead->replays, dead->count + 1, sizeof *dead->replays);
    dead->replays[dead->count++] = keep_record(&back);
}

static int usage(void)
{
    fputs("dateline dead list [PARTITION:OFFSET…]\n"
          "dateline dead show PARTITION:OFFSET…\n"
          "dateline dead replay PARTITION:OFFSET…|--all\n",
          stderr);
    return 2;
}

static dl_status run(const struct dl_config *config, struct dead *dead,
                     void (*each)(void *ctx, const struct dl_record *record), struct dl_error *err)
{
    struct dl_log *log = NULL;
    dl_status status = dl_open_log(config, &log, err);
    if (status == DL_OK)
        status = dl_log_reach(log, err);
    if (status == DL_OK)
        status = dl_look_open(log, &dead->look, err);
    if (status == DL_OK)
        status = dl_look_read(dead->look, DL_TOPIC_DEAD, each, dead, err);
    for (unsigned long long i = 0; i < dead->count && dead->replays; i++) {
        if (status == DL_OK)
            status = dl_look_send(dead->look, dead->replays[i], err);
        free(dead->replays[i]);
    }
    free(dead->replays);
    dl_look_close(dead->look);
    dl_log_free(log);
    return status;
}

int dl_dead_main(const struct dl_config *config, int argc, char **argv)
{
    struct dead dead = {0};
    struct dl_error err;
    void (*each)(void *ctx, const struct dl_record *record) = NULL;
    bool all = argc > 2 && strcmp(argv[2], "--all") == 0;
    if (argc > 1 && strcmp(argv[1], "list") == 0)
        each = list_one;
    else if (argc > 2 && strcmp(argv[1], "show") == 0)
        each = show_one;
    else if (argc > 2 && strcmp(argv[1], "replay") == 0)
        each = replay_one;
    if (!each || (all && argc > 3))
        return usage();
    dead.places = all ? NULL : argv + 2;
    dead.place_count = all ? 0 : argc - 2;
    dl_status status = run(config, &dead, each, &err);
    if (status != DL_OK) {
        fprintf(stderr, "dateline: dead: %s\n", err.text);
        return status == DL_BAD_CONFIG ? 2 : 1;
    }
    if (each == replay_one)
        fprintf(stderr, "%llu put back\n", dead.count);
    if (dead.count == 0 && dead.place_count)
        fprintf(stderr, "dateline: no such dead letter\n");
    return dead.count == 0 && dead.place_count ? 1 : 0;
}
