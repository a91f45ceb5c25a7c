/* Looks of words: plain forms, hashes, shapes, classes. */
#include "workers/reading/look.h"

#include <utf8proc.h>

struct dl_classes {
    struct dl_model *model;
    const struct dl_class_slot *slots;
    uint32_t mask;
};

dl_status dl_classes_load(const char *path, struct dl_classes **ret, struct dl_error *err)
{
    struct dl_model *model = NULL;
    const void *slots = NULL;
    size_t count = 0;
    dl_status status = dl_model_open(path, "classes", DL_CLASSES_VERSION, &model, err);
    if (status == DL_OK)
        status = dl_model_records(model, 0, sizeof(struct dl_class_slot), &slots, &count, err);
    if (status == DL_OK && (count & (count - 1)))
        status = dl_fail(err, DL_BAD_CONFIG, "%s: damaged: %zu slots", path, count);
    if (status != DL_OK) {
        dl_model_close(model);
        return status;
    }
    struct dl_classes *classes = dl_alloc(sizeof *classes);
    *classes = (struct dl_classes){model, slots, (uint32_t)count - 1};
    *ret = classes;
    return DL_OK;
}

void dl_classes_free(struct dl_classes *classes)
{
    if (!classes)
        return;
    dl_model_close(classes->model);
    free(classes);
}

static void find_class(const struct dl_classes *classes, struct dl_look *look)
{
    for (uint32_t i = 0; i <= classes->mask; i++) {
        const struct dl_class_slot *slot = &classes->slots[(look->lower + i) & classes->mask];
        if (slot->lower == 0)
            return;
        if (slot->lower == look->lower) {
            look->group = slot->group;
            look->kin = slot->kin;
            look->family = slot->family;
            look->band = slot->band;
            look->forms = slot->forms;
            return;
        }
    }
}

uint32_t dl_look_hash(const char *bytes, size_t len)
{
    uint64_t hash = len * UINT64_C(0x9e3779b97f4a7c15);
    for (size_t i = 0; i < len; i += 8) {
        uint64_t chunk = 0;
        memcpy(&chunk, bytes + i, len - i < 8 ? len - i : 8);
        hash = (hash ^ chunk) * UINT64_C(0xbf58476d1ce4e5b9);
        hash ^= hash >> 31;
    }
    hash *= UINT64_C(0x94d049bb133111eb);
    uint32_t high = (uint32_t)(hash >> 32);
    return high ? high : 1; /* 0 marks a free slot */
}

/* What a curly quote, a dash or dots are in plain ASCII; NULL for all else. */
static const char *plain_of(int32_t point)
{
    switch (point) {
    case 0x2018:
    case 0x2019:
    case 0x201b:
    case 0x2032:
        return "'";
    case 0x201c:
    case 0x201d:
    case 0x201e:
    case 0x201f:
    case 0x2033:
    case 0xab:
    case 0xbb:
        return "\"";
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2212:
        return "-";
    case 0x2014:
    case 0x2015:
        return "--";
    case 0x2026:
        return "...";
    default:
        return NULL;
    }
}

/* One code point beyond ASCII; bytes that are no UTF-8 stay as they are. */
static size_t put_wide(const char *at, size_t len, bool lower, size_t *ret_read, char *out)
{
    int32_t point;
    utf8proc_ssize_t read =
        utf8proc_iterate((const uint8_t *)at, (utf8proc_ssize_t)(len < 4 ? len : 4), &point);
    if (read <= 0) {
        *ret_read = 1;
        *out = *at;
        return 1;
    }
    *ret_read = (size_t)read;
    const char *plain = plain_of(point);
    if (plain) {
        size_t bytes = strlen(plain);
        memcpy(out, plain, bytes);
        return bytes;
    }
    return (size_t)utf8proc_encode_char(lower ? utf8proc_tolower(point) : point, (uint8_t *)out);
}

static size_t put_plain(dl_str word, bool lower, char *ret, size_t room)
{
    size_t used = 0;
    size_t i = 0;
    while (i < word.len && used < room) {
        unsigned char c = (unsigned char)word.at[i];
        if (c < 0x80) {
            ret[used++] = (char)(lower && c >= 'A' && c <= 'Z' ? c + 32 : c);
            i++;
        } else {
            size_t read;
            used += put_wide(word.at + i, word.len - i, lower, &read, ret + used);
            i += read;
        }
    }
    return used; /* up to 3 bytes past `room` */
}

static size_t plain(dl_str word, bool lower, char *ret)
{
    if (word.len <= DL_PLAIN_MAX / 2)
        return put_plain(word, lower, ret, DL_PLAIN_MAX);
    size_t used = put_plain(dl_str_sub(word, 0, DL_PLAIN_MAX / 2), lower, ret, DL_PLAIN_MAX / 2);
    if (used > DL_PLAIN_MAX / 2)
        used = DL_PLAIN_MAX / 2;
    size_t rest = word.len - DL_PLAIN_MAX / 2 < DL_PLAIN_MAX / 2 ? word.len - DL_PLAIN_MAX / 2
                                                                 : DL_PLAIN_MAX / 2;
    return used + put_plain(dl_str_sub(word, word.len - rest, word.len), lower, ret + used,
                            DL_PLAIN_MAX - used);
}

size_t dl_plain(dl_str word, char ret[static DL_PLAIN_MAX + 8])
{
    return plain(word, false, ret);
}

size_t dl_plain_lower(dl_str word, char ret[static DL_PLAIN_MAX + 8])
{
    return plain(word, true, ret);
}

static uint32_t packed(const char *at, size_t len)
{
    uint32_t value = 0;
    memcpy(&value, at, len);
    return value;
}

static char kind_of(unsigned char c, bool upper)
{
    if (c >= '0' && c <= '9')
        return 'd';
    if (upper)
        return 'X';
    return (c >= 'a' && c <= 'z') || c >= 0x80 ? 'x' : (char)c;
}

/* Shape and outline; `lower` is byte for byte the lower case of `form` where both are ASCII. */
static void find_shape(const char *form, const char *lower, size_t len, struct dl_look *look)
{
    char outline[16];
    size_t runs = 0;
    unsigned capitals = 0;
    unsigned smalls = 0;
    unsigned digits = 0;
    unsigned shape = 0;
    char last = 0;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)form[i];
        bool upper = form[i] != lower[i];
        char kind = kind_of(c, upper);
        shape |= upper && smalls ? DL_SHAPE_INNER : 0;
        capitals += kind == 'X';
        smalls += kind == 'x';
        digits += kind == 'd';
        shape |= c == '-' ? DL_SHAPE_HYPHEN : 0;
        if (kind != last && runs < sizeof outline)
            outline[runs++] = kind;
        last = kind;
    }
    shape |= len && form[0] != lower[0] ? DL_SHAPE_CAPITAL : 0;
    shape |= capitals > 1 && !smalls ? DL_SHAPE_CAPITALS : 0;
    shape |= digits && digits == len ? DL_SHAPE_DIGITS : digits ? DL_SHAPE_DIGIT : 0;
    shape |= capitals + smalls ? 0 : DL_SHAPE_LETTERLESS;
    shape |= capitals + smalls && memchr(form, '.', len) ? DL_SHAPE_STOP : 0;
    shape |= len <= 3 ? DL_SHAPE_SHORT : len > 8 ? DL_SHAPE_LONG : 0;
    look->shape = (uint16_t)shape;
    look->outline = dl_look_hash(outline, runs);
}

void dl_look_at(dl_str word, const struct dl_classes *classes, struct dl_look *ret)
{
    char form[DL_PLAIN_MAX + 8];
    char lower[DL_PLAIN_MAX + 8];
    size_t len = plain(word, false, form);
    size_t lower_len = plain(word, true, lower);
    struct dl_look look = {.bytes = (uint16_t)len};
    if (lower_len != len) /* a letter whose cases differ in bytes: rare, and shape is a hint only */
        memcpy(form, lower, len = lower_len);
    find_shape(form, lower, len, &look);
    look.form = dl_look_hash(form, len);
    for (size_t i = 0; i < len; i++)
        if (lower[i] >= '0' && lower[i] <= '9')
            lower[i] = '0';
    look.lower = dl_look_hash(lower, len);
    for (size_t k = 1; k <= 4; k++)
        look.suffix[k - 1] = len > k ? packed(lower + len - k, k) : packed(lower, len);
    for (size_t k = 1; k <= 3; k++)
        look.prefix[k - 1] = packed(lower, len > k ? k : len);
    if (classes)
        find_class(classes, &look);
    *ret = look;
}
