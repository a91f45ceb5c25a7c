# How every target of dateline is compiled, and dl_library(): a folder is a library, and what it
# may link is what it may know.

add_library(dl_flags INTERFACE)
target_compile_options(dl_flags INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
  -fno-strict-aliasing -fstack-protector-strong
  $<$<BOOL:${DATELINE_WERROR}>:-Werror>)
target_compile_definitions(dl_flags INTERFACE _GNU_SOURCE
  DL_VERSION="${PROJECT_VERSION}"
  $<$<AND:$<CONFIG:Release>,$<STREQUAL:${DATELINE_SANITIZE},>>:_FORTIFY_SOURCE=2>)
target_include_directories(dl_flags INTERFACE ${PROJECT_SOURCE_DIR})
if(DATELINE_SANITIZE)
  target_compile_options(dl_flags INTERFACE -fsanitize=${DATELINE_SANITIZE} -fno-omit-frame-pointer
    $<$<STREQUAL:${DATELINE_SANITIZE},address,undefined>:-fno-sanitize-recover=undefined>)
  target_link_options(dl_flags INTERFACE -fsanitize=${DATELINE_SANITIZE})
endif()
if(DATELINE_FUZZ)
  target_compile_options(dl_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(DATELINE_COVERAGE)
  target_compile_options(dl_flags INTERFACE --coverage)
  target_link_options(dl_flags INTERFACE --coverage)
endif()

# dl_library(NAME SOURCES a.c … KNOWS other_libraries … USES outside_libraries …)
function(dl_library name)
  cmake_parse_arguments(lib "" "" "SOURCES;KNOWS;USES" ${ARGN})
  add_library(${name} STATIC ${lib_SOURCES})
  target_link_libraries(${name} PUBLIC dl_flags ${lib_KNOWS} PRIVATE ${lib_USES})
endfunction()
