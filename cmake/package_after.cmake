# SPDX-License-Identifier: MIT
# CPack runs this on the packages it has made: it has given the one with the
# libraries scripts that call ldconfig, which its trigger does already (Debian
# policy 8.1.1).
cmake_minimum_required(VERSION 3.25)
find_program(DPKG_DEB dpkg-deb REQUIRED)

set(folder ${CPACK_TEMPORARY_DIRECTORY}/unpacked)
foreach(package IN LISTS CPACK_PACKAGE_FILES)
    file(REMOVE_RECURSE ${folder})
    execute_process(COMMAND ${DPKG_DEB} -R ${package} ${folder}
        COMMAND_ERROR_IS_FATAL ANY)
    if(EXISTS ${folder}/DEBIAN/triggers)
        file(REMOVE ${folder}/DEBIAN/postinst ${folder}/DEBIAN/postrm)
        execute_process(
            COMMAND ${DPKG_DEB} --root-owner-group -b ${folder} ${package}
            OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
    endif()
endforeach()
file(REMOVE_RECURSE ${folder})
