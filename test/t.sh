# SPDX-License-Identifier: MIT
# The framework of the tests that are scripts, as t.h is for programs:
#
#     . "$SOURCE/test/t.sh"
#     need nm
#     nm "$BUILD/lib/libuctx_posix.so" >"$work/names" || fail "nm says no"
#
# The test goes on after fail and its exit status is 1, wherever fail was
# called, a subshell of a pipeline too.  $work is a folder of its own, removed
# at the end.
set -u
export LC_ALL=C
case ${CXX:-} in *NOTFOUND) CXX= ;; esac # no C++ compiler
work=$(mktemp -d) || exit 1
trap 'status=$?; [ ! -e "$work/.failed" ] || status=1
      rm -rf "$work"; exit $status' EXIT

fail()
{
    printf '%s\n' "$*"
    : >"$work/.failed"
}

skip()
{
    printf 'skipped: %s\n' "$*"
    exit 77
}

# need <tool>...: skip without one of these; where CI is set that is a failure.
need()
{
    for tool; do
        command -v "$tool" >/dev/null && continue
        [ -z "${CI:-}" ] || { fail "no $tool, in CI"; exit 1; }
        skip "no $tool"
    done
}

# with [<name>=<value>...] -- <program> [<argument>...]: run a program of this
# build so, on the emulator where there is one.
with()
{
    variables=
    while [ "$1" != -- ]; do
        variables="$variables ${EMULATOR:+-E }$1"
        shift
    done
    shift
    ${EMULATOR:-env} $variables "$@"
}

# cached <name>: a variable of the build's CMakeCache.txt.
cached()
{
    sed -n "s/^$1:[A-Z]*=//p" "$BUILD/CMakeCache.txt"
}

# For tests that look at the libraries as we ship them.
need_plain_build()
{
    case "$(cached CMAKE_C_FLAGS)" in
    *-fsanitize*) skip "built with a sanitizer" ;;
    esac
}

# files [<suffix>...]: the files of the tree that are or could be in git, or
# those whose names end so; without git, all that lie there.
files()
{
    cd "$SOURCE" || exit 1
    if git rev-parse --git-dir >/dev/null 2>&1; then
        git ls-files --cached --others --exclude-standard
    else
        find . -path ./build -prune -o -type f -print | sed 's|^\./||'
    fi | while read -r file; do
        [ $# -gt 0 ] || echo "$file"
        for suffix; do
            case $file in *"$suffix") echo "$file" ;; esac
        done
    done | sort -u | while read -r file; do
        [ ! -e "$file" ] || echo "$file" # removed, but still in the index
    done
}
