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

while read -r header; do
    echo "#include <${header#include/}>" >"$work/alone"
    try c "$CC" c99 c11 gnu99
    [ -z "$CXX" ] || try c++ "$CXX" c++11 c++17
done <"$work/headers"
