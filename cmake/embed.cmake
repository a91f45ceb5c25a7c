# dl_embed_lines(ROOM NAME data/file.txt ret_header): a list that lives in data/ as a table of the program.
# Makes ROOM/NAME.h in the build tree: `static const dl_str dl_NAME[]` and DL_COUNT_NAME, in the
# file's order; comments and empty lines are left out.
set(DL_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed_lines.cmake)

function(dl_embed_lines room name source ret_header)
  set(header ${PROJECT_BINARY_DIR}/made/${room}/${name}.h)
  add_custom_command(OUTPUT ${header}
    COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DSOURCE=${PROJECT_SOURCE_DIR}/${source}
            -DHEADER=${header} -P ${DL_EMBED_SCRIPT}
    DEPENDS ${PROJECT_SOURCE_DIR}/${source} ${DL_EMBED_SCRIPT}
    VERBATIM)
  set(${ret_header} ${header} PARENT_SCOPE)
endfunction()
