/* The check before unpacking. Inside proto/ only. */
#ifndef DL_PROTO_WIRE_H
#define DL_PROTO_WIRE_H

#include "core/str.h"

#include <protobuf-c/protobuf-c.h>

dl_status dl_wire_check(const ProtobufCMessageDescriptor *message, dl_str bytes,
                        struct dl_error *err);

#endif
