# SPDX-License-Identifier: MIT
# Debian packages, one for each component of UctxInstall.cmake:
#
#     cmake --workflow --preset package     # build/package/*.deb
#
# UCTX_MAINTAINER is who they say made them.
set(UCTX_MAINTAINER "uctx maintainers <maintainers@uctx.invalid>" CACHE STRING
    "Name and address in the Debian packages")
set(CPACK_PACKAGE_CONTACT ${UCTX_MAINTAINER})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "") # each package has its own
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX ${CMAKE_INSTALL_PREFIX})
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 0uctx1) # a distribution's own are newer
set(CPACK_DEBIAN_PACKAGE_SOURCE uctx)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/package_before.cmake)
set(CPACK_POST_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/package_after.cmake)
set(CPACK_UCTX_SOURCE ${PROJECT_SOURCE_DIR})
set(CPACK_UCTX_STRIP ${CMAKE_STRIP})

set(exactly "(= ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})")
set(runtime libuctx${PROJECT_VERSION_MAJOR})

# Whoever links a library of ours runs ldconfig, and nothing else.
file(WRITE ${PROJECT_BINARY_DIR}/triggers "activate-noawait ldconfig\n")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME ${runtime})
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA ${PROJECT_BINARY_DIR}/triggers)
set(CPACK_DEBIAN_RUNTIME_DESCRIPTION
"user-level context switching (shared libraries)
libuctx_posix has getcontext, setcontext, makecontext and swapcontext with
the platform's own ucontext_t, signal masks included, and without a system
call in the usual switch.

libuctx has native contexts, for those who write runtimes and coroutine
libraries, and guarded stacks from a pool.")

set(CPACK_DEBIAN_DEVEL_PACKAGE_NAME libuctx-dev)
set(CPACK_DEBIAN_DEVEL_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVEL_PACKAGE_DEPENDS "${runtime} ${exactly}, libc6-dev")
set(CPACK_DEBIAN_DEVEL_PACKAGE_SUGGESTS "gdb, pkg-config")
set(CPACK_DEBIAN_DEVEL_DESCRIPTION
"user-level context switching (development files)
Headers, static libraries, the manual of each function, and what pkg-config,
CMake and gdb need, for native contexts and for the four ucontext functions.")

set(CPACK_DEBIAN_COMMAND_PACKAGE_NAME uctx)
set(CPACK_DEBIAN_COMMAND_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_COMMAND_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_COMMAND_PACKAGE_DEPENDS "${runtime} ${exactly}")
set(CPACK_DEBIAN_COMMAND_DESCRIPTION
"run programs with faster user-level contexts
The command puts the ucontext functions of libuctx_posix in front of the
libc's for a program that is there already, and counts what that saved.")

include(CPack)
