# SPDX-License-Identifier: MIT
# Each public header compiles alone, without a warning, as C99 and later and as
# C++11 and later.
. "$SOURCE/test/t.sh"
cd "$SOURCE" || exit 1

files .h | grep '^include/' >"$work/headers" || echo "there is no public header"

# try <language> <compiler> <standard>...
try()
{
    language=$1 compiler=$2
    shift 2
    for standard; do
        $compiler -x "$language" -std="$standard" -Wall -Wextra -pedantic \
            -Werror -Iinclude -fsyntax-only "$work/alone" ||
            fail "$header does not compile alone as $standard"
    done
}

# Of an architecture's own there is only the one that <uctx/context.h> takes.
echo '#include <uctx/context.h>' |
    $CC $(cached CMAKE_C_FLAGS) -Iinclude -E -dM -x c - >"$work/macros"

while read -r header; do
    case $header in
    include/uctx/arch/*)
        grep -q "$(sed -n 's/^#ifndef \(.*\)/ \1/p;/^#ifndef/q' "$header") " \
            "$work/macros" || continue ;;
    esac
    echo "#include <${header#include/}>" >"$work/alone"
    try c "$CC" c99 c11 gnu99
    [ -z "$CXX" ] || try c++ "$CXX" c++11 c++17
done <"$work/headers"
