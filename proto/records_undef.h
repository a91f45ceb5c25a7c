/* Takes back the row macros of records.def, for its next reading. No guard: included many times. */
#undef RECORD
#undef END
#undef STR
#undef STRS
#undef U32
#undef U32P
#undef U64
#undef I64
#undef BOOL
#undef ENUM
#undef OPT_F64
#undef OPT_BOOL
#undef SUB
#undef LIST
