# SPDX-License-Identifier: MIT
# Sets UCTX_ARCH: the folder of src/arch/ whose layout.h this compiler, with
# these flags, accepts.  Adding a port is adding a folder.
separate_arguments(flags UNIX_COMMAND "${CMAKE_C_FLAGS}")
file(GLOB layouts CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/arch/*/layout.h)
unset(UCTX_ARCH)
foreach(layout IN LISTS layouts)
    execute_process(
        COMMAND ${CMAKE_C_COMPILER} ${CMAKE_C_COMPILER_ARG1} ${flags}
            -D__ASSEMBLER__ -E ${layout}
        RESULT_VARIABLE refused OUTPUT_QUIET ERROR_QUIET)
    if(NOT refused)
        cmake_path(GET layout PARENT_PATH folder)
        cmake_path(GET folder FILENAME UCTX_ARCH)
    endif()
endforeach()
if(NOT UCTX_ARCH)
    message(FATAL_ERROR "uctx has no port for this compiler's architecture: "
        "no layout.h in src/arch/ accepts it (see PORTING.md)")
endif()
message(STATUS "Port: src/arch/${UCTX_ARCH}")
