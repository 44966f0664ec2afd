# SPDX-License-Identifier: MIT
# CPack runs this when the files of all packages are in its folder, and before
# it packs them: what Debian's policy asks for beyond what is installed.
cmake_minimum_required(VERSION 3.25)
find_program(GZIP gzip REQUIRED)
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
set(version ${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})

# 12.5: the licence, in the form that machines read.
file(READ ${CPACK_UCTX_SOURCE}/LICENSE licence)
string(REGEX REPLACE "^[^\n]*\n\n[^\n]*\n\n" "" licence "${licence}")
string(REGEX REPLACE "\n$" "" licence "${licence}")
string(REGEX REPLACE "\n\n" "\n.\n" licence "${licence}")
string(REGEX REPLACE "\n" "\n " licence "${licence}")
set(copyright
"Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: uctx

Files: *
Copyright: 2026 the uctx authors
License: Expat
 ${licence}
")
set(changelog "uctx (${version}) unstable; urgency=medium

  * Release ${CPACK_PACKAGE_VERSION}.

 -- ${CPACK_PACKAGE_CONTACT}  ${date}
")

function(compress)
    execute_process(COMMAND ${GZIP} -9n ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

function(strip)
    execute_process(COMMAND ${CPACK_UCTX_STRIP} ${ARGN}
        COMMAND_ERROR_IS_FATAL ANY)
endfunction()

foreach(component IN ITEMS RUNTIME DEVEL COMMAND)
    set(package ${CPACK_DEBIAN_${component}_PACKAGE_NAME})
    string(TOLOWER ${component} folder)
    set(root ${CPACK_TEMPORARY_DIRECTORY}/${folder}${CPACK_PACKAGING_INSTALL_PREFIX})
    set(doc ${root}/share/doc/${package})
    file(WRITE ${doc}/copyright "${copyright}")
    file(WRITE ${doc}/changelog.Debian "${changelog}")
    configure_file(${CPACK_UCTX_SOURCE}/CHANGELOG.md ${doc}/changelog COPYONLY)
    file(CHMOD ${doc}/copyright ${doc}/changelog.Debian ${doc}/changelog
        PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
    file(GLOB pages ${root}/share/man/man*/*)
    compress(${doc}/changelog.Debian ${doc}/changelog ${pages})

    file(GLOB_RECURSE archives ${root}/*.a)
    foreach(archive IN LISTS archives)
        strip(--strip-debug --remove-section=.comment --remove-section=.note
            --enable-deterministic-archives ${archive})
    endforeach()
    file(GLOB_RECURSE binaries ${root}/*.so.* ${root}/bin/*)
    foreach(binary IN LISTS binaries)
        if(NOT IS_SYMLINK ${binary} AND NOT binary MATCHES "\\.py$")
            strip(--strip-unneeded --remove-section=.comment
                --remove-section=.note ${binary})
        endif()
    endforeach()
endforeach()
