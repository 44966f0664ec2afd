# SPDX-License-Identifier: MIT
# cmake -D PROGRAM=<file> -D UCTX=<file> -P demo.cmake
# Time a program under the libc and under `uctx run`, and compare what it says.
set(steps 1000000) # four tasks: as many switches each
set(rounds 3)

# run(<name> <command>...): append to <name>_times, in microseconds, and set
# <name>_output.
function(run name)
    string(TIMESTAMP start "%s%f" UTC)
    execute_process(COMMAND ${ARGN} ${PROGRAM} ${steps}
        OUTPUT_VARIABLE output ERROR_VARIABLE errors RESULT_VARIABLE failed)
    string(TIMESTAMP end "%s%f" UTC)
    if(failed)
        message(FATAL_ERROR "${PROGRAM} under ${name}: ${failed}\n${errors}")
    endif()
    math(EXPR time "${end} - ${start}")
    list(APPEND ${name}_times ${time})
    set(${name}_times ${${name}_times} PARENT_SCOPE)
    set(${name}_output "${output}" PARENT_SCOPE)
endfunction()

# decimal(<out> <n> <places>): 1234 with three places is 1.234.
function(decimal out n places)
    string(REPEAT 0 ${places} zeros)
    math(EXPR whole "${n} / 1${zeros}")
    math(EXPR rest "${n} % 1${zeros} + 1${zeros}") # a 1 keeps its zeros
    string(SUBSTRING ${rest} 1 -1 rest)
    set(${out} ${whole}.${rest} PARENT_SCOPE)
endfunction()

# median(<name>): the middle one of <name>_times, and <name>_s in seconds.
function(median name)
    list(SORT ${name}_times COMPARE NATURAL)
    list(LENGTH ${name}_times n)
    math(EXPR middle "${n} / 2")
    list(GET ${name}_times ${middle} time)
    math(EXPR thousandths "(${time} + 500) / 1000")
    decimal(${name}_s ${thousandths} 3)
    set(${name} ${time} PARENT_SCOPE)
    set(${name}_s ${${name}_s} PARENT_SCOPE)
endfunction()

cmake_path(GET PROGRAM FILENAME program)
foreach(round RANGE 1 ${rounds})
    run(libc)
    run(uctx ${UCTX} run)
endforeach()
if(NOT libc_output STREQUAL uctx_output)
    message(FATAL_ERROR "${program} says under the libc\n${libc_output}\n"
        "and under uctx run\n${uctx_output}")
endif()

median(libc)
median(uctx)
math(EXPR ratio "(${libc} * 10 + ${uctx} / 2) / ${uctx}")
decimal(ratio ${ratio} 1)
string(REGEX MATCH "[^\n]*\n$" says "${libc_output}")
string(STRIP "${says}" says)
message("
  ${program} ${steps}: the same program, median of ${rounds} runs

    libc        ${libc_s} s
    uctx run    ${uctx_s} s    ${ratio} times as fast

  Both print: ${says}
")
