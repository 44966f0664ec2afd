# SPDX-License-Identifier: MIT
# uctx_warnings: how everything here is compiled, tests included.
# uctx_library:  how the libraries are, on top of that.
include(CheckCCompilerFlag)
include(CheckLinkerFlag)

add_library(uctx_warnings INTERFACE)
target_compile_definitions(uctx_warnings INTERFACE _GNU_SOURCE)
target_compile_options(uctx_warnings INTERFACE -Wall -Wextra
    $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes -Wmissing-prototypes>)

option(UCTX_WERROR "Treat warnings as errors" OFF)
if(UCTX_WERROR)
    target_compile_options(uctx_warnings INTERFACE -Werror)
endif()

# Right at every instruction, in C too; landing pads where the hardware has
# them, but no claim that shadow stacks are switched.
add_library(uctx_library INTERFACE)
foreach(flag IN ITEMS -fasynchronous-unwind-tables -fcf-protection=branch
        -mbranch-protection=standard)
    string(MAKE_C_IDENTIFIER "HAVE${flag}" have)
    check_c_compiler_flag(${flag} ${have})
    if(${have})
        target_compile_options(uctx_library INTERFACE
            $<$<COMPILE_LANGUAGE:C>:${flag}>)
    endif()
endforeach()

# No lazy binding: it would run in the middle of a switch, on a stack that may
# be too small for it.
target_link_options(uctx_library INTERFACE
    -Wl,-z,now -Wl,-z,relro -Wl,-z,noexecstack -Wl,-z,nodelete)
