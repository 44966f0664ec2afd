# SPDX-License-Identifier: MIT
# uctx_warnings: how everything here is compiled, tests included.
# uctx_library:  how the libraries are, on top of that.
include(CheckCCompilerFlag)
include(CheckLinkerFlag)

add_library(uctx_warnings INTERFACE)
target_compile_definitions(uctx_warnings INTERFACE _GNU_SOURCE)
target_compile_options(uctx_warnings INTERFACE -Wall -Wextra
    $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes -Wmissing-prototypes>
    # Tests turn off warnings that only gcc has.
    $<$<COMPILE_LANG_AND_ID:C,Clang>:-Wno-unknown-warning-option>)

option(UCTX_WERROR "Treat warnings as errors" OFF)
if(UCTX_WERROR)
    target_compile_options(uctx_warnings INTERFACE -Werror)
endif()

# uctx_library_flags(LANGUAGES <l>... FLAGS <flag>...): those that the compiler
# knows and has a use for.
function(uctx_library_flags)
    cmake_parse_arguments(PARSE_ARGV 0 F "" "" "LANGUAGES;FLAGS")
    list(JOIN F_LANGUAGES "," languages)
    set(CMAKE_REQUIRED_FLAGS -Werror)
    foreach(flag IN LISTS F_FLAGS)
        string(MAKE_C_IDENTIFIER "HAVE${flag}" have)
        check_c_compiler_flag(${flag} ${have})
        if(${have})
            target_compile_options(uctx_library INTERFACE
                $<$<COMPILE_LANGUAGE:${languages}>:${flag}>)
        endif()
    endforeach()
endfunction()

add_library(uctx_library INTERFACE)

# Right at every instruction, in C too; landing pads where the hardware has
# them, but no claim that shadow stacks are switched.
uctx_library_flags(LANGUAGES C FLAGS -fasynchronous-unwind-tables
    -fcf-protection=branch -mbranch-protection=standard)

# The build folder leaves no trace: the same sources give the same libraries
# anywhere.  The second is for clang's assembler, which ignores the first.
uctx_library_flags(LANGUAGES C ASM FLAGS -ffile-prefix-map=${PROJECT_BINARY_DIR}=.
    -fdebug-compilation-dir=.)

# No lazy binding: it would run in the middle of a switch, on a stack that may
# be too small for it.
target_link_options(uctx_library INTERFACE
    -Wl,-z,now -Wl,-z,relro -Wl,-z,noexecstack -Wl,-z,nodelete)

# The section that posix/interpose_handler.c finds its bounds of is our own
# affair.
check_linker_flag(C -Wl,-z,start-stop-visibility=hidden HAVE_START_STOP_HIDDEN)
if(HAVE_START_STOP_HIDDEN)
    target_link_options(uctx_library INTERFACE
        -Wl,-z,start-stop-visibility=hidden)
endif()
