# How every target of dateline is compiled, and dl_library(): a folder is a library, and what it
# may link is what it may know.

add_library(dl_flags INTERFACE)
target_compile_options(dl_flags INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
  -fno-strict-aliasing -fstack-protector-strong
  $<$<BOOL:${DATELINE_WERROR}>:-Werror>)
target_compile_definitions(dl_flags INTERFACE _GNU_SOURCE DL_VERSION="${PROJECT_VERSION}")
target_include_directories(dl_flags INTERFACE ${PROJECT_SOURCE_DIR})
if(DATELINE_SANITIZE STREQUAL "address")
  # Instrumented, gcc sees conversions that are none: the plain build is the judge of them.
  target_compile_options(dl_flags INTERFACE -Wno-conversion -fsanitize=address,undefined
    -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(dl_flags INTERFACE -fsanitize=address,undefined)
elseif(DATELINE_SANITIZE STREQUAL "thread")
  target_compile_options(dl_flags INTERFACE -fsanitize=thread -fno-omit-frame-pointer)
  target_link_options(dl_flags INTERFACE -fsanitize=thread)
else()
  target_compile_definitions(dl_flags INTERFACE $<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
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
