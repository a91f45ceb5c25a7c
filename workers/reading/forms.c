/* Lemmas and Penn tags. */
#include "workers/reading/forms.h"

#include <utf8proc.h>

struct dl_forms {
    struct dl_model *model;
    const struct dl_form_slot *slots;
    size_t slot_count;
    const struct dl_edit *edits;
    size_t edit_count;
};

static dl_status check(const struct dl_forms *forms, const char *path, struct dl_error *err)
{
    if (forms->slot_count & (forms->slot_count - 1))
        return dl_fail(err, DL_BAD_CONFIG, "%s: damaged: %zu slots", path, forms->slot_count);
    for (size_t i = 0; i < forms->slot_count; i++)
        if (forms->slots[i].key &&
            (forms->slots[i].edit >= forms->edit_count || forms->slots[i].xpos >= DL_XPOS_COUNT))
            return dl_fail(err, DL_BAD_CONFIG, "%s: damaged: slot %zu", path, i);
    for (size_t i = 0; i < forms->edit_count; i++)
        if (forms->edits[i].len > sizeof forms->edits[i].text)
            return dl_fail(err, DL_BAD_CONFIG, "%s: damaged: edit %zu", path, i);
    return DL_OK;
}

dl_status dl_forms_load(const char *path, struct dl_forms **ret, struct dl_error *err)
{
    struct dl_forms *forms = dl_alloc(sizeof *forms);
    const void *slots = NULL;
    const void *edits = NULL;
    dl_status status = dl_model_open(path, "forms", DL_FORMS_VERSION, &forms->model, err);
    if (status == DL_OK)
        status = dl_model_records(forms->model, 0, sizeof(struct dl_form_slot), &slots,
                                  &forms->slot_count, err);
    if (status == DL_OK)
        status = dl_model_records(forms->model, 1, sizeof(struct dl_edit), &edits,
                                  &forms->edit_count, err);
    forms->slots = slots;
    forms->edits = edits;
    if (status == DL_OK)
        status = check(forms, path, err);
    if (status != DL_OK) {
        dl_forms_free(forms);
        return status;
    }
    *ret = forms;
    return DL_OK;
}

void dl_forms_free(struct dl_forms *forms)
{
    if (!forms)
        return;
    dl_model_close(forms->model);
    free(forms);
}

static uint32_t key_of(uint32_t what, uint32_t kind, enum dl_tag tag)
{
    uint32_t key = dl_pair(what, kind << 8 | (uint32_t)tag);
    return key ? key : 1;
}

uint32_t dl_form_key(const struct dl_look *look, enum dl_tag tag)
{
    return key_of(look->lower, 9, tag);
}

uint32_t dl_ending_key(const struct dl_look *look, uint32_t bytes, enum dl_tag tag)
{
    return key_of(bytes ? look->suffix[bytes - 1] : 0, bytes, tag);
}

const struct dl_form_slot *dl_form_find(const struct dl_form_slot *slots, size_t count,
                                        uint32_t key)
{
    for (size_t i = 0; i < count; i++) {
        const struct dl_form_slot *slot = &slots[(key + i) & (count - 1)];
        if (slot->key == key)
            return slot;
        if (slot->key == 0)
            return NULL;
    }
    return NULL;
}

/* The word in lower case: itself where it is so already. */
static dl_str lowered(dl_str word, struct dl_arena *arena)
{
    bool plain = true;
    for (size_t i = 0; i < word.len && plain; i++)
        plain = (unsigned char)word.at[i] < 0x80 && !(word.at[i] >= 'A' && word.at[i] <= 'Z');
    if (plain)
        return word;
    char *out = dl_arena_raw(arena, word.len * 2 + 4);
    size_t used = 0;
    for (size_t i = 0; i < word.len;) {
        int32_t point = -1;
        utf8proc_ssize_t read = utf8proc_iterate((const uint8_t *)word.at + i,
                                                 (utf8proc_ssize_t)(word.len - i), &point);
        if (read > 0) {
            used += (size_t)utf8proc_encode_char(utf8proc_tolower(point), (uint8_t *)out + used);
            i += (size_t)read;
        } else {
            out[used++] = word.at[i++];
        }
    }
    return (dl_str){out, used};
}

/* Edits count bytes: one learned of other words may cut a letter of more than one in two. */
static bool is_whole(dl_str text)
{
    for (size_t i = 0; i < text.len;) {
        int32_t point;
        utf8proc_ssize_t read = utf8proc_iterate((const uint8_t *)text.at + i,
                                                 (utf8proc_ssize_t)(text.len - i), &point);
        if (read <= 0)
            return false;
        i += (size_t)read;
    }
    return true;
}

static dl_str edited(const struct dl_edit *edit, dl_str word, bool name, struct dl_arena *arena)
{
    char plain[DL_PLAIN_MAX + 8];
    size_t len = name ? dl_plain(word, plain) : dl_plain_lower(word, plain);
    size_t kept = edit->off == DL_EDIT_ALL || edit->off > len ? 0 : len - edit->off;
    if (kept + edit->len == 0 || word.len > DL_PLAIN_MAX / 2) /* nothing is no lemma */
        return name ? word : lowered(word, arena);
    char *out = dl_arena_raw(arena, kept + edit->len);
    memcpy(out, plain, kept);
    memcpy(out + kept, edit->text, edit->len);
    dl_str lemma = {out, kept + edit->len};
    return is_whole(lemma) ? lemma : name ? word : lowered(word, arena);
}

struct dl_reading dl_forms_read(const struct dl_forms *forms, dl_str word,
                                const struct dl_look *look, enum dl_tag tag, struct dl_arena *arena)
{
    const struct dl_form_slot *slot =
        dl_form_find(forms->slots, forms->slot_count, dl_form_key(look, tag));
    for (uint32_t bytes = 5; !slot && bytes > 0; bytes--)
        slot = dl_form_find(forms->slots, forms->slot_count, dl_ending_key(look, bytes - 1, tag));
    bool name = tag == DL_TAG_PROPN;
    struct dl_reading reading = {.xpos = slot ? (enum dl_xpos)slot->xpos : dl_tag_xpos(tag)};
    const struct dl_edit *edit = slot ? &forms->edits[slot->edit] : NULL;
    if (edit && (edit->off || edit->len))
        reading.lemma = edited(edit, word, name, arena);
    else
        reading.lemma = name ? word : lowered(word, arena);
    return reading;
}
