# SPDX-License-Identifier: MIT
# What `cmake --install` installs, in three components that are also the three
# packages: runtime (the shared libraries), devel (what programs are built
# against) and command.
include(CMakePackageConfigHelpers)

# Libraries and headers.
install(TARGETS uctx_shared uctx_posix_shared EXPORT uctx
    LIBRARY COMPONENT runtime NAMELINK_COMPONENT devel
    INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS uctx_posix_report # for `uctx run --report`, not for linking
    LIBRARY COMPONENT runtime NAMELINK_COMPONENT devel)
install(TARGETS uctx_static uctx_posix_static EXPORT uctx
    ARCHIVE COMPONENT devel
    INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY include/ TYPE INCLUDE COMPONENT devel)

# find_package(uctx).
set(config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/uctx)
install(EXPORT uctx NAMESPACE uctx:: FILE uctxTargets.cmake
    DESTINATION ${config_dir} COMPONENT devel)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/uctxConfigVersion.cmake
    COMPATIBILITY SameMinorVersion)
install(FILES cmake/uctxConfig.cmake
    ${PROJECT_BINARY_DIR}/uctxConfigVersion.cmake
    DESTINATION ${config_dir} COMPONENT devel)

# pkg-config; the files find the headers by where they lie themselves.
file(RELATIVE_PATH UCTX_PC_INCLUDEDIR ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig
    ${CMAKE_INSTALL_FULL_INCLUDEDIR})
foreach(name IN ITEMS uctx uctx_posix)
    configure_file(cmake/${name}.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/${name}.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT devel)
endforeach()

# The command.
install(TARGETS uctx RUNTIME COMPONENT command)
install(FILES tool/completion.bash RENAME uctx COMPONENT command
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)

# The manual.  A page answers to each name in its NAME section.
file(GLOB pages CONFIGURE_DEPENDS man/*.[137])
foreach(page IN LISTS pages)
    cmake_path(GET page FILENAME file)
    cmake_path(GET page EXTENSION LAST_ONLY section)
    string(SUBSTRING ${section} 1 1 section)
    set(component devel)
    if(section EQUAL 1)
        set(component command)
    endif()
    install(FILES ${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section}
        COMPONENT ${component})
    file(STRINGS ${page} lines REGEX "^\\.(Nm|Nd) ")
    foreach(line IN LISTS lines)
        if(line MATCHES "^\\.Nd ")
            break() # the end of NAME
        endif()
        string(REGEX REPLACE "^\\.Nm ([^ ]*).*" "\\1" name "${line}")
        set(link ${name}.${section})
        if(NOT link STREQUAL file)
            file(WRITE ${PROJECT_BINARY_DIR}/man/${link}
                ".so man${section}/${file}\n")
            install(FILES ${PROJECT_BINARY_DIR}/man/${link}
                DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section}
                COMPONENT ${component})
        endif()
    endforeach()
endforeach()

# gdb loads this by itself with a library of that name.
foreach(library IN ITEMS uctx uctx_posix)
    install(FILES gdb/uctx.py COMPONENT devel
        DESTINATION ${CMAKE_INSTALL_DATADIR}/gdb/auto-load/${CMAKE_INSTALL_FULL_LIBDIR}
        RENAME lib${library}.so.${PROJECT_VERSION}-gdb.py)
endforeach()

# cmake --build <folder> --target uninstall
if(PROJECT_IS_TOP_LEVEL)
    add_custom_target(uninstall
        COMMAND ${CMAKE_COMMAND} -D FOLDER=${PROJECT_BINARY_DIR}
            -P ${PROJECT_SOURCE_DIR}/cmake/uninstall.cmake
        VERBATIM USES_TERMINAL)
endif()
