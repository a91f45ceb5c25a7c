/* dl_train_classes CLUSTERS.tsv[.gz] OUT: word classes, word TAB class TAB superclass a line, as a
 * model file. */
#include "train/lines.h"
#include "workers/reading/look.h"

#define SLOTS (1U << 18)

static bool put(struct dl_class_slot *slots, dl_str word, uint16_t group, uint16_t family)
{
    struct dl_look look;
    dl_look_at(word, NULL, &look);
    uint32_t i = look.lower & (SLOTS - 1);
    while (slots[i].lower && slots[i].lower != look.lower)
        i = (i + 1) & (SLOTS - 1);
    if (slots[i].lower)
        return false; /* the more frequent word stands first */
    slots[i] = (struct dl_class_slot){look.lower, group, family};
    return true;
}

static dl_status read_line(dl_str line, struct dl_class_slot *slots, uint32_t *count)
{
    dl_str word;
    dl_str group;
    dl_str family;
    int64_t numbers[2];
    if (!dl_str_next(&line, '\t', &word) || !dl_str_next(&line, '\t', &group) ||
        !dl_str_next(&line, '\t', &family) || dl_str_to_i64(group, &numbers[0]) != DL_OK ||
        dl_str_to_i64(family, &numbers[1]) != DL_OK || numbers[0] < 0 || numbers[1] < 0 ||
        numbers[0] >= UINT16_MAX || numbers[1] >= UINT16_MAX || *count > SLOTS / 4 * 3)
        return DL_BAD_INPUT;
    *count += put(slots, word, (uint16_t)(numbers[0] + 1), (uint16_t)(numbers[1] + 1));
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
            status = dl_fail(err, DL_BAD_INPUT, "%s:%u: is not word, class, superclass", from,
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
        fputs("usage: dl_train_classes CLUSTERS.tsv OUT\n", stderr);
        return 2;
    }
    if (make(argv[1], argv[2], &err) == DL_OK)
        return 0;
    fprintf(stderr, "dl_train_classes: %s\n", err.text);
    return 1;
}
