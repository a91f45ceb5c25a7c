/* A model file. The header's frame is mended first, so that what lies behind the checksum is met.
 */
#include "tests/fuzz/fuzz.h"

#include "workers/reading/forms.h"
#include "workers/reading/relations.h"

#include <sys/mman.h>
#include <unistd.h>
#include <xxhash.h>

#define CHECKED_FROM 32U /* the kind, after magic, format, count, bytes and checksum */

static void mend(char *image, size_t size)
{
    uint32_t format = 1;
    uint64_t bytes = size;
    uint64_t checksum = XXH3_64bits(image + CHECKED_FROM, size - CHECKED_FROM);
    memcpy(image, "dlmodel\n", 8);
    memcpy(image + 8, &format, sizeof format);
    memcpy(image + 16, &bytes, sizeof bytes);
    memcpy(image + 24, &checksum, sizeof checksum);
}

static void look_at_sections(const char *image, size_t size)
{
    struct dl_model *model = NULL;
    struct dl_rows rows;
    struct dl_error err;
    if (dl_model_over(image, size, "m", "tags", DL_TAGS_VERSION, &model, &err) != DL_OK)
        return;
    for (uint32_t i = 0; i <= DL_MODEL_SECTIONS_MAX; i++) {
        dl_str section = dl_model_section(model, i);
        DL_MUST(section.len <= size && (!section.len || section.at >= image));
        if (dl_model_rows(model, i, DL_TAGS_WIDTH, 1, &rows, &err) == DL_OK) {
            struct dl_look look[3] = {{0}};
            uint8_t tags[3];
            dl_tag_sentence(&rows, look, 3, tags);
            DL_MUST(tags[0] < DL_TAG_COUNT && tags[2] < DL_TAG_COUNT);
        }
    }
    dl_model_close(model);
}

static void load_tables(const char *path)
{
    struct dl_classes *classes = NULL;
    struct dl_forms *forms = NULL;
    struct dl_arena arena;
    struct dl_error err;
    dl_arena_init(&arena);
    (void)dl_classes_load(path, &classes, &err); /* NULL is fine below */
    if (dl_forms_load(path, &forms, &err) == DL_OK)
        for (uint32_t tag = 0; tag < DL_TAG_COUNT; tag++) {
            struct dl_look look;
            dl_look_at(DL_STR("Voters"), classes, &look);
            struct dl_reading reading =
                dl_forms_read(forms, DL_STR("Voters"), &look, (enum dl_tag)tag, &arena);
            DL_MUST(reading.lemma.len > 0 && reading.xpos < DL_XPOS_COUNT);
        }
    dl_forms_free(forms);
    dl_classes_free(classes);
    dl_arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *image = aligned_alloc(64, (size + 64) / 64 * 64);
    DL_MUST(image);
    memcpy(image, data, size);
    if (size > CHECKED_FROM)
        mend(image, size);
    look_at_sections(image, size);
    int file = memfd_create("model", MFD_CLOEXEC);
    char path[64];
    DL_MUST(file >= 0 && write(file, image, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    load_tables(path);
    (void)close(file); /* memory */
    free(image);
    return 0;
}
