# SPDX-License-Identifier: MIT
# A file in a folder of test/ is a test by being there.  What it needs beyond
# the ordinary it says itself, in one comment line:
#
#   Build: [LINK static|shared|libc|whole ...] [LABELS <l> ...] [TIMEOUT <seconds>]
#          [LIBS <library> ...] [FLAGS <compiler flag> ...] [SOURCES <file> ...]
#          [SERIAL] [NEEDS_CXX] [NOT_UNDER asan|tsan|ubsan|valgrind|qemu|musl ...]
#
#   LABELS   `tree`: reads the sources only, so once is enough; `long`: takes
#            seconds, and says little new with another compiler
#   LINK     run against which of our libraries (default: static and shared),
#            or on the libc's own functions, or with the shared library's
#            objects inside the program (whole); <name>.<link> each
#   SOURCES  more sources, relative to test/; where test/arch/${arch}/ has none
#            of that name, the test is skipped and says so
#   NOT_UNDER  skipped, by name, where it would watch the watcher: sanitizers
#            and valgrind do not follow all that a context can do, qemu-user
#            lacks some of what a kernel does, musl has no unwind information.  Under the former so is every
#            script, since not all that it starts is instrumented
#   SERIAL   not beside other tests
#
# Exit status 77 is a skip; the test prints why.  test/arch/<arch>/libc_fails
# names the tests that fail on the libc's own functions there, and must.
file(GLOB libc_fails CONFIGURE_DEPENDS
    ${CMAKE_CURRENT_SOURCE_DIR}/arch/${UCTX_ARCH}/libc_fails)
set(UCTX_LIBC_FAILS "")
foreach(file IN LISTS libc_fails)
    file(STRINGS ${file} UCTX_LIBC_FAILS REGEX "^[a-z]")
endforeach()

# uctx_tests(<folder> <library>): test/<folder>/*.c, .cpp and .sh.
function(uctx_tests folder library)
    file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.c
        ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cpp
        ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.sh)
    foreach(file IN LISTS files)
        set(needs "")
        file(STRINGS ${file} lines REGEX "^( \\*|#|//) Build: ")
        foreach(line IN LISTS lines)
            string(REGEX REPLACE "^.*Build: " "" line "${line}")
            string(REPLACE "\${arch}" "${UCTX_ARCH}" line "${line}")
            separate_arguments(words UNIX_COMMAND "${line}")
            list(APPEND needs ${words})
        endforeach()
        if(file MATCHES "\\.sh$")
            uctx_test_script(${folder} ${file} ${needs})
        else()
            uctx_test_program(${folder} ${file} ${library} ${needs})
        endif()
    endforeach()
endfunction()

macro(uctx_test_parse)
    cmake_parse_arguments(PARSE_ARGV ${ARGV0} T "SERIAL;NEEDS_CXX" "TIMEOUT"
        "LABELS;LINK;LIBS;FLAGS;SOURCES;NOT_UNDER")
    if(T_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "${file}: unknown words: ${T_UNPARSED_ARGUMENTS}")
    endif()
    if(NOT T_TIMEOUT)
        set(T_TIMEOUT 60)
    endif()
    if(CMAKE_CROSSCOMPILING_EMULATOR)
        math(EXPR T_TIMEOUT "10 * ${T_TIMEOUT}")
    endif()
endmacro()

# What the tests of this build run under, as NOT_UNDER calls it.
set(UCTX_UNDER "")
set(watchers asan tsan ubsan valgrind)
set(signs -fsanitize=address -fsanitize=thread -fsanitize=undefined valgrind)
foreach(under sign IN ZIP_LISTS watchers signs)
    if("${CMAKE_C_FLAGS} ${CMAKE_CROSSCOMPILING_EMULATOR}" MATCHES "${sign}")
        list(APPEND UCTX_UNDER ${under})
    endif()
endforeach()
if(CMAKE_CROSSCOMPILING_EMULATOR MATCHES "qemu")
    list(APPEND UCTX_UNDER qemu)
endif()
if(NOT UCTX_LIBC_HAS_CONTEXTS)
    list(APPEND UCTX_UNDER musl)
endif()

function(uctx_test_add test folder)
    set(command ${ARGN})
    foreach(under IN LISTS UCTX_UNDER)
        if(under IN_LIST T_NOT_UNDER)
            set(command sh -c "echo 'skipped: not under ${under}' && exit 77")
        endif()
    endforeach()
    if(test IN_LIST UCTX_LIBC_FAILS AND TARGET "${command}") # or crashes
        set(command sh -c "\"$@\" || exit 1" sh
            ${CMAKE_CROSSCOMPILING_EMULATOR} $<TARGET_FILE:${command}>)
    endif()
    add_test(NAME ${test} COMMAND ${command})
    list(JOIN CMAKE_CROSSCOMPILING_EMULATOR " " emulator)
    set_tests_properties(${test} PROPERTIES SKIP_RETURN_CODE 77
        LABELS "${folder};${T_LABELS}" TIMEOUT ${T_TIMEOUT}
        RUN_SERIAL "${T_SERIAL}" ENVIRONMENT "EMULATOR=${emulator}")
    if(test IN_LIST UCTX_LIBC_FAILS)
        set_tests_properties(${test} PROPERTIES WILL_FAIL TRUE)
    endif()
endfunction()

# test/<folder>/<name>.sh, run by sh in the build folder with, in the
# environment, SOURCE (the top folder), BUILD (build/), CC, CXX, ARCH
# (the port) and EMULATOR.
function(uctx_test_script folder file)
    uctx_test_parse(2)
    if(T_NEEDS_CXX AND NOT CMAKE_CXX_COMPILER)
        return()
    endif()
    list(APPEND T_NOT_UNDER ${watchers}) # what it starts is not all instrumented
    cmake_path(GET file STEM name)
    uctx_test_add(${folder}.${name} ${folder} sh ${file})
    set_property(TEST ${folder}.${name} APPEND PROPERTY ENVIRONMENT
        SOURCE=${PROJECT_SOURCE_DIR} BUILD=${PROJECT_BINARY_DIR}
        CC=${CMAKE_C_COMPILER} CXX=${CMAKE_CXX_COMPILER} ARCH=${UCTX_ARCH})
endfunction()

function(uctx_test_program folder file library)
    uctx_test_parse(3)
    cmake_path(GET file STEM name)
    if(file MATCHES "\\.cpp$" AND NOT CMAKE_CXX_COMPILER)
        message(STATUS "${folder}.${name}: not built, no C++ compiler")
        return()
    endif()
    if(NOT T_LINK)
        set(T_LINK static shared)
    endif()
    list(TRANSFORM T_SOURCES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
    foreach(source IN LISTS T_SOURCES)
        if(source MATCHES "/(arch/.*)" AND NOT EXISTS ${source})
            uctx_test_add(${folder}.${name} ${folder}
                sh -c "echo 'skipped: no test/${CMAKE_MATCH_1}' && exit 77")
            return()
        endif()
    endforeach()
    foreach(link IN LISTS T_LINK)
        set(test ${folder}.${name}.${link})
        if(link STREQUAL libc AND NOT UCTX_LIBC_HAS_CONTEXTS)
            uctx_test_add(${test} ${folder}
                sh -c "echo 'skipped: this libc has no contexts' && exit 77")
            continue()
        endif()
        add_executable(${test} ${file} ${T_SOURCES})
        target_include_directories(${test} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}
            ${CMAKE_CURRENT_SOURCE_DIR}/arch/${UCTX_ARCH})
        # Not every compiler writes the tables of C unasked.
        target_compile_options(${test} PRIVATE -funwind-tables ${T_FLAGS})
        target_link_libraries(${test} PRIVATE uctx_warnings)
        if(NOT link STREQUAL libc)
            target_link_libraries(${test} PRIVATE ${library}_${link})
        endif()
        target_link_libraries(${test} PRIVATE ${T_LIBS} uctx_unwinder
            Threads::Threads)
        if(NOT library STREQUAL uctx_posix) # which has them
            target_link_libraries(${test} PRIVATE uctx_libc_contexts)
        endif()
        set_target_properties(${test} PROPERTIES
            RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
        uctx_test_add(${test} ${folder} ${test})
    endforeach()
endfunction()
