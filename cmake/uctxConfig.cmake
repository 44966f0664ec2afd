# SPDX-License-Identifier: MIT
# find_package(uctx [COMPONENTS <name>...]) defines the targets uctx::<name>:
#
#   uctx, uctx_static    native contexts and stacks, <uctx.h>
#   posix, posix_static  the four functions of <ucontext.h>
#
# All are there without COMPONENTS, too.
include(CMakeFindDependencyMacro)
find_dependency(Threads)
include(${CMAKE_CURRENT_LIST_DIR}/uctxTargets.cmake)

foreach(component IN LISTS uctx_FIND_COMPONENTS)
    if(TARGET uctx::${component})
        set(uctx_${component}_FOUND TRUE)
    elseif(uctx_FIND_REQUIRED_${component})
        set(uctx_FOUND FALSE)
        set(uctx_NOT_FOUND_MESSAGE "uctx has no component '${component}'")
    endif()
endforeach()
