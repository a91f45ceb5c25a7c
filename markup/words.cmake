# dl_words(OUT_LIST NAME FILE): a constant `dl_words_NAME` of data/FILE (markup/words.h).
function(dl_words list name file)
  set(made ${CMAKE_CURRENT_BINARY_DIR}/words_${name}.c)
  set(text ${PROJECT_SOURCE_DIR}/data/${file})
  add_custom_command(OUTPUT ${made}
    COMMAND words_make dl_words_${name} < ${text} > ${made}
    DEPENDS words_make ${text} COMMENT "words ${name}")
  set(${list} ${${list}} ${made} PARENT_SCOPE)
endfunction()
