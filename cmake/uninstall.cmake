# SPDX-License-Identifier: MIT
# cmake -D FOLDER=<build folder> -P uninstall.cmake
# Remove what `cmake --install <build folder>` last installed, and the folders
# that are empty then.
file(GLOB manifests ${FOLDER}/install_manifest*.txt)
if(NOT manifests)
    message(FATAL_ERROR "nothing was installed from ${FOLDER}")
endif()
set(folders "")
foreach(manifest IN LISTS manifests)
    file(STRINGS ${manifest} files)
    foreach(file IN LISTS files)
        set(file $ENV{DESTDIR}${file})
        message(STATUS "Removing ${file}")
        file(REMOVE ${file})
        cmake_path(GET file PARENT_PATH folder)
        while(folder MATCHES uctx OR folder MATCHES auto-load)
            list(APPEND folders ${folder})
            cmake_path(GET folder PARENT_PATH folder)
        endwhile()
    endforeach()
    file(REMOVE ${manifest})
endforeach()

list(REMOVE_DUPLICATES folders)
list(SORT folders ORDER DESCENDING) # the inner ones first
foreach(folder IN LISTS folders)
    file(GLOB left ${folder}/*)
    if(NOT left AND IS_DIRECTORY ${folder})
        file(REMOVE_RECURSE ${folder})
    endif()
endforeach()
