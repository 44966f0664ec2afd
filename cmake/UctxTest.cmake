# SPDX-License-Identifier: MIT
# uctx_test(<name> [LABELS <l>...] [TIMEOUT <s>] [LINK static|shared|libc ...]
#           [LIBS <target>...] [EXPORT])
#
# test/<name>.c or .cpp, once against each of our libraries: <name>.static and
# <name>.shared.  LINK libc adds (or is) a run on the libc's own functions.
# Cross-compiled tests run under CMAKE_CROSSCOMPILING_EMULATOR.  Exit status
# 77 is a skip; the test says why.
function(uctx_test name)
    cmake_parse_arguments(PARSE_ARGV 1 T "EXPORT" "TIMEOUT" "LABELS;LINK;LIBS")
    if(NOT T_TIMEOUT)
        set(T_TIMEOUT 60)
    endif()
    if(NOT T_LINK)
        set(T_LINK static shared)
    endif()
    file(GLOB source ${CMAKE_CURRENT_SOURCE_DIR}/${name}.c
        ${CMAKE_CURRENT_SOURCE_DIR}/${name}.cpp)
    if(source MATCHES "\\.cpp$" AND NOT CMAKE_CXX_COMPILER)
        message(STATUS "${name}: skipped, no C++ compiler")
        return()
    endif()
    foreach(link IN LISTS T_LINK)
        set(test ${name}.${link})
        add_executable(${test} ${source})
        target_include_directories(${test} PRIVATE ${PROJECT_SOURCE_DIR}/test)
        target_link_libraries(${test} PRIVATE uctx_warnings ${T_LIBS}
            Threads::Threads)
        if(NOT link STREQUAL libc)
            target_link_libraries(${test} PRIVATE uctx_posix_${link})
        endif()
        set_target_properties(${test} PROPERTIES
            ENABLE_EXPORTS "${T_EXPORT}"
            RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
        add_test(NAME ${test} COMMAND ${test})
        set_tests_properties(${test} PROPERTIES SKIP_RETURN_CODE 77
            LABELS "${T_LABELS}" TIMEOUT ${T_TIMEOUT})
    endforeach()
endfunction()
