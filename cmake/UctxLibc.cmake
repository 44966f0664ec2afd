# SPDX-License-Identifier: MIT
# uctx_libc_contexts: for programs that know nothing of us and use the libc's
# own four functions; ours where it has none.
# uctx_unwinder: for programs that unwind, where the compiler's unwinder is made
# for another libc than the one that we build for.
include(CheckCSourceCompiles)
include(CheckSymbolExists)

check_symbol_exists(swapcontext ucontext.h UCTX_LIBC_HAS_CONTEXTS)
add_library(uctx_libc_contexts INTERFACE)
if(NOT UCTX_LIBC_HAS_CONTEXTS)
    target_link_libraries(uctx_libc_contexts INTERFACE uctx_posix_shared)
endif()

set(CMAKE_REQUIRED_LIBRARIES -Wl,--no-as-needed)
check_c_source_compiles("
    void _Unwind_Resume(void *);
    int main(int argc, char **argv) { if (argc > 9) _Unwind_Resume(argv); }"
    UCTX_UNWINDER_LINKS)
unset(CMAKE_REQUIRED_LIBRARIES)
add_library(uctx_unwinder INTERFACE)
if(NOT UCTX_UNWINDER_LINKS)
    add_library(uctx_find_object STATIC
        ${PROJECT_SOURCE_DIR}/test/find_object.c)
    target_link_options(uctx_unwinder INTERFACE -Wl,-u,_dl_find_object
        -Wl,--export-dynamic-symbol=_dl_find_object)
    target_link_libraries(uctx_unwinder INTERFACE uctx_find_object)
endif()
