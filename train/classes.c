/* dl_train_classes CLASSES.tsv[.gz] OUT: word classes, as word_classes.py lists them, as a model
 * file. */
#include "train/lines.h"
#include "workers/reading/look.h"

#define SLOTS (1U << 18)

static bool put(struct dl_class_slot *slots, const struct dl_class_slot *slot)
{
    uint32_t i = slot->lower & (SLOTS - 1);
    while (slots[i].lower && slots[i].lower != slot->lower)
        i = (i + 1) & (SLOTS - 1);
    if (slots[i].lower)
        return false; /* the more frequent word stands first */
    slots[i] = *slot;
    return true;
}

/* Classes are stored from 1 on: 0 is a word that is not known. */
static dl_status read_line(dl_str line, struct dl_class_slot *slots, uint32_t *count)
{
    static const int64_t most[5] = {UINT16_MAX - 1, UINT8_MAX - 1, UINT16_MAX - 1, UINT8_MAX - 1,
                                    UINT8_MAX};
    dl_str word;
    dl_str field;
    int64_t numbers[5];
    struct dl_look look;
    if (*count > SLOTS / 4 * 3 || !dl_str_next(&line, '\t', &word))
        return DL_BAD_INPUT;
    for (int i = 0; i < 5; i++)
        if (!dl_str_next(&line, '\t', &field) || dl_str_to_i64(field, &numbers[i]) != DL_OK ||
            numbers[i] < -1 || numbers[i] > most[i])
            return DL_BAD_INPUT;
    dl_look_at(word, NULL, &look);
    struct dl_class_slot slot = {.lower = look.lower,
                                 .group = (uint16_t)(numbers[0] + 1),
                                 .family = (uint8_t)(numbers[1] + 1),
                                 .kin = (uint16_t)(numbers[2] + 1),
                                 .band = (uint8_t)(numbers[3] + 1),
                                 .forms = (uint8_t)(numbers[4] & UINT8_MAX)};
    *count += put(slots, &slot);
    return DL_OK;
}

static dl_status make(const char *from, const char *to, struct dl_error *err)
{
    static struct dl_lines lines;
    static struct dl_class_slot slots[SLOTS];
    dl_str line;
    uint32_t count = 0;
    dl_status status = dl_lines_open(&lines, from, err);
    while (status == DL_OK && dl_lines_next(&lines, &line))
        if (read_line(line, slots, &count) != DL_OK)
            status = dl_fail(err, DL_BAD_INPUT, "%s:%u: is not a word and five numbers", from,
                             lines.number);
    if (status == DL_OK)
        status = dl_lines_whole(&lines, err);
    dl_lines_close(&lines);
    if (status != DL_OK)
        return status;
    struct dl_model_part part = {.at = slots, .bytes = sizeof slots};
    printf("%u words\n", count);
    return dl_model_write(to, "classes", DL_CLASSES_VERSION, &part, 1, err);
}

int main(int argc, char **argv)
{
    struct dl_error err;
    if (argc != 3) {
        fputs("usage: dl_train_classes CLASSES.tsv OUT\n", stderr);
        return 2;
    }
    if (make(argv[1], argv[2], &err) == DL_OK)
        return 0;
    fprintf(stderr, "dl_train_classes: %s\n", err.text);
    return 1;
}
