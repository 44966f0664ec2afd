# SPDX-License-Identifier: MIT
# Programs in C and C++ are built on what `cmake --install` installed, moved
# elsewhere afterwards: by CMake, with each target, and by pkg-config; and on
# this tree as a subdirectory of theirs.  They run, and the folder is empty
# after `uninstall`.
# Build: LABELS long TIMEOUT 600 SERIAL
. "$SOURCE/test/t.sh"
need_plain_build
flags="$(cached CMAKE_C_FLAGS) -Wall -Wextra -Werror"

# must <command>...: or say what it said, and give up.
must()
{
    "$@" >"$work/log" 2>&1 || { cat "$work/log"; fail "failed: $*"; exit 1; }
}

mkdir "$work/consumer"
cat >"$work/consumer/native.c" <<'END_C'
#include <stdio.h>
#include <uctx.h>

static void *add_one(struct uctx *self, void *value)
{
    (void)self;
    return (char *)value + 1;
}

int main(void)
{
    char text[] = "?native";
    struct uctx *ctx = uctx_create(0, add_one);

    puts((char *)uctx_resume(ctx, text));
    uctx_destroy(ctx);
    return 0;
}
END_C
cat >"$work/consumer/posix.c" <<'END_C'
#include <stdio.h>
#include <ucontext.h>

static ucontext_t outer, inner;
static char stack[65536];

static void say(void)
{
    puts("posix");
}

int main(void)
{
    getcontext(&inner);
    inner.uc_stack.ss_sp = stack;
    inner.uc_stack.ss_size = 64; /* a libc would run it all the same */
    inner.uc_link = &outer;
    makecontext(&inner, say, 0);
    if (swapcontext(&outer, &inner) == 0)
        return 1;
    inner.uc_stack.ss_size = sizeof stack;
    makecontext(&inner, say, 0);
    return swapcontext(&outer, &inner) != 0;
}
END_C
cp "$work/consumer/native.c" "$work/consumer/native_cxx.cpp"
cp "$work/consumer/posix.c" "$work/consumer/posix_cxx.cpp"
languages=C
[ -z "$CXX" ] || languages="C CXX"
cat >"$work/consumer/CMakeLists.txt" <<END_CMAKE
cmake_minimum_required(VERSION 3.16)
project(consumer LANGUAGES $languages)
if(UCTX_FOLDER)
    include(FetchContent)
    FetchContent_Declare(uctx SOURCE_DIR \${UCTX_FOLDER})
    FetchContent_MakeAvailable(uctx)
else()
    find_package(uctx 0.1 REQUIRED COMPONENTS uctx posix)
    find_package(uctx QUIET COMPONENTS nonsense)
    if(uctx_FOUND)
        message(FATAL_ERROR "uctx has a component nonsense")
    endif()
endif()
set(sources native.c posix.c)
if(CMAKE_CXX_COMPILER)
    list(APPEND sources native_cxx.cpp posix_cxx.cpp)
endif()
foreach(source IN LISTS sources)
    string(REGEX REPLACE "\\\\..*" "" name \${source})
    add_executable(\${name} \${source})
    add_executable(\${name}_static \${source})
    if(name MATCHES native)
        target_link_libraries(\${name} PRIVATE uctx::uctx)
        target_link_libraries(\${name}_static PRIVATE uctx::uctx_static)
    else()
        target_link_libraries(\${name} PRIVATE uctx::posix)
        target_link_libraries(\${name}_static PRIVATE uctx::posix_static)
    endif()
endforeach()
END_CMAKE

# says <program> <how it was built>
says()
{
    case $1 in
    *native*) echo native ;;
    *) echo posix ;;
    esac >"$work/meant"
    $EMULATOR "$1" 2>&1 | diff "$work/meant" - || fail "${1##*/}, $2: that"
}

# by_cmake <how> <option>...
by_cmake()
{
    how=$1
    shift
    rm -rf "$work/build"
    must cmake -S "$work/consumer" -B "$work/build" -DCMAKE_C_COMPILER="$CC" \
        -DCMAKE_CXX_COMPILER="$CXX" -DCMAKE_C_FLAGS="$flags" \
        -DCMAKE_CXX_FLAGS="$flags" \
        -DCMAKE_TOOLCHAIN_FILE="$(cached CMAKE_TOOLCHAIN_FILE)" "$@"
    must cmake --build "$work/build"
    for program in native posix ${CXX:+native_cxx posix_cxx}; do
        says "$work/build/$program" "$how"
        says "$work/build/${program}_static" "$how"
    done
}

# What the README says, word for word.
mkdir "$work/readme"
cp "$work/consumer/native.c" "$work/readme/app.c"
cp "$work/consumer/posix.c" "$work/readme/server.c"
{
    cat <<END_CMAKE
cmake_minimum_required(VERSION 3.16)
project(readme LANGUAGES C)
add_executable(app app.c)
add_executable(server server.c)
END_CMAKE
    sed -n '/^```cmake$/,/^```$/{/^```/!p}' "$SOURCE/README.md"
} >"$work/readme/CMakeLists.txt"

must cmake --install "$BUILD" --prefix "$work/elsewhere"
must mv "$work/elsewhere" "$work/prefix"
libdir=$work/prefix/$(cached CMAKE_INSTALL_LIBDIR)
by_cmake find_package "-DCMAKE_PREFIX_PATH=$work/prefix" \
    "-DCMAKE_FIND_ROOT_PATH=$work/prefix"
by_cmake FetchContent "-DUCTX_FOLDER=$SOURCE"
[ ! -e "$work/build/bin/uctx" ] || fail "a subdirectory builds the command"

rm -rf "$work/build"
must cmake -S "$work/readme" -B "$work/build" -DCMAKE_C_COMPILER="$CC" \
    -DCMAKE_C_FLAGS="$flags" "-DCMAKE_PREFIX_PATH=$work/prefix" \
    "-DCMAKE_FIND_ROOT_PATH=$work/prefix"
must cmake --build "$work/build"
$EMULATOR "$work/build/app" | grep -qx native || fail "the README's app"
$EMULATOR "$work/build/server" | grep -qx posix || fail "the README's server"

# by_pkg_config <source> <compiler> <module> [--static]
by_pkg_config()
{
    found=$(PKG_CONFIG_PATH=$libdir/pkgconfig pkg-config --cflags --libs $4 \
        "$3") || { fail "pkg-config $4 $3"; return; }
    [ -z "$4" ] || found="-static $found"
    $2 $flags "$work/consumer/$1" -o "$work/${1%.*}" $found ||
        { fail "$1 does not build with: $found"; return; }
    LD_LIBRARY_PATH=$libdir says "$work/${1%.*}" "pkg-config $4"
}
if command -v pkg-config >/dev/null || [ -n "${CI:-}" ]; then
    for how in '' --static; do
        by_pkg_config native.c "$CC" uctx "$how"
        by_pkg_config posix.c "$CC" uctx_posix "$how"
        [ -z "$CXX" ] || by_pkg_config native_cxx.cpp "$CXX" uctx "$how"
        [ -z "$CXX" ] || by_pkg_config posix_cxx.cpp "$CXX" uctx_posix "$how"
    done
fi

must cmake --install "$BUILD" --prefix "$work/again"
must cmake -D FOLDER="$BUILD" -P "$SOURCE/cmake/uninstall.cmake"
find "$work/again" ! -type d >"$work/left"
[ ! -s "$work/left" ] || fail "uninstall leaves $(cat "$work/left")"
! find "$work/again" -name '*uctx*' | grep . || fail "uninstall leaves those"
