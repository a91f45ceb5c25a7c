/* Reading the wire without building anything: sizes, nesting, counts and UTF-8. */
#include "proto/wire.h"

#include "core/limits.h"
#include "core/utf8.h"

struct walk {
    dl_str bytes;
    uint32_t fields;
    struct dl_error *err;
};

enum wire_type { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };

static dl_status broken(const struct walk *walk, const ProtobufCMessageDescriptor *message,
                        const ProtobufCFieldDescriptor *field, size_t at, const char *why)
{
    return dl_fail(walk->err, DL_BAD_INPUT, "%s%s%s at byte %zu: %s", message->short_name,
                   field ? "." : "", field ? field->name : "", at, why);
}

static bool read_varint(dl_str bytes, size_t *at, size_t end, uint64_t *ret)
{
    uint64_t number = 0;
    for (unsigned shift = 0; shift < 70 && *at < end; shift += 7) {
        unsigned char byte = (unsigned char)bytes.at[(*at)++];
        if (shift < 64)
            number |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            *ret = number;
            return true;
        }
    }
    return false;
}

static dl_status check_message(struct walk *walk, const ProtobufCMessageDescriptor *message,
                               size_t at, size_t end, unsigned depth);

static dl_status check_bytes(struct walk *walk, const ProtobufCMessageDescriptor *message,
                             const ProtobufCFieldDescriptor *field, size_t at, size_t end,
                             unsigned depth)
{
    if (field && field->type == PROTOBUF_C_TYPE_MESSAGE)
        return check_message(walk, field->descriptor, at, end, depth + 1);
    if (field && field->type == PROTOBUF_C_TYPE_STRING) {
        dl_str text = dl_str_sub(walk->bytes, at, end);
        if (!dl_utf8_is_valid(text) || memchr(text.at, 0, text.len))
            return broken(walk, message, field, at, "not UTF-8 without NUL");
    }
    return DL_OK;
}

static dl_status check_message(struct walk *walk, const ProtobufCMessageDescriptor *message,
                               size_t at, size_t end, unsigned depth)
{
    if (depth > DL_PROTO_DEPTH_MAX)
        return dl_fail(walk->err, DL_TOO_BIG, "%s at byte %zu: nested more than %u deep",
                       message->short_name, at, DL_PROTO_DEPTH_MAX);
    while (at < end) {
        size_t start = at;
        uint64_t tag;
        uint64_t len = 0;
        if (++walk->fields > DL_PROTO_FIELDS_MAX)
            return dl_fail(walk->err, DL_TOO_BIG, "%s at byte %zu: more than %u fields",
                           message->short_name, at, DL_PROTO_FIELDS_MAX);
        if (!read_varint(walk->bytes, &at, end, &tag) || tag >> 3 == 0 || tag >> 3 > 0x1fffffff)
            return broken(walk, message, NULL, start, "no field tag");
        const ProtobufCFieldDescriptor *field =
            protobuf_c_message_descriptor_get_field(message, (unsigned)(tag >> 3));
        bool ok = true;
        switch ((enum wire_type)(tag & 7)) {
        case WIRE_VARINT:
            ok = read_varint(walk->bytes, &at, end, &len);
            len = 0;
            break;
        case WIRE_64:
            len = 8;
            break;
        case WIRE_32:
            len = 4;
            break;
        case WIRE_BYTES:
            ok = read_varint(walk->bytes, &at, end, &len);
            break;
        default:
            return broken(walk, message, field, start, "unknown wire type");
        }
        if (!ok || len > end - at)
            return broken(walk, message, field, start, "cut short");
        if ((tag & 7) == WIRE_BYTES) {
            dl_status status = check_bytes(walk, message, field, at, at + (size_t)len, depth);
            if (status != DL_OK)
                return status;
        }
        at += (size_t)len;
    }
    return DL_OK;
}

dl_status dl_wire_check(const ProtobufCMessageDescriptor *message, dl_str bytes,
                        struct dl_error *err)
{
    if (bytes.len > DL_RECORD_BYTES_MAX)
        return dl_fail(err, DL_TOO_BIG, "%s of %zu bytes, at most %u", message->short_name,
                       bytes.len, DL_RECORD_BYTES_MAX);
    struct walk walk = {bytes, 0, err};
    return check_message(&walk, message, 0, bytes.len, 1);
}
