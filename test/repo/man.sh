# SPDX-License-Identifier: MIT
# The manual is right: mandoc has no complaint; each exported name has a page,
# and each page's names are there; each SYNOPSIS agrees with the header; each
# program in EXAMPLES compiles and succeeds; what the header says of errno is in
# the page; and `man` finds each name in an installed tree.
. "$SOURCE/test/t.sh"
need_plain_build
cd "$SOURCE/man" || exit 1

# names <page>: those that its NAME section says it is about.
names()
{
    awk '/^\.Nd/ { exit } /^\.Nm/ { print $2 }' "$1"
}

for page in *.[137]; do
    for name in $(names "$page"); do
        echo "$name ${page##*.} $page"
    done
done | sort >"$work/pages"

# Exported, or in a header for good: the pages of section 3.
{
    awk '$1 == "UCTX_INLINE_0.1" { exit } /^ *uctx_.*;/ { print $1 }' \
        ../src/uctx.map | tr -d ';'
    sed -n 's/^static inline [^(]*[ *]\(uctx_[a-z_]*\)(.*/\1/p' \
        ../include/uctx/*.h
    echo uctx_posix
} | sort >"$work/functions"
awk '$2 == 3 { print $1 }' "$work/pages" | diff "$work/functions" - \
    >"$work/diff" || fail "(<: no page, >: no such function):" \
        "$(grep '^[<>]' "$work/diff" | tr '\n' ' ')"
for name in $(sed -n 's/^both  *//p' ../test/repo/posix.symbols); do
    grep -q "^\.Fn $name " uctx_posix.3 || fail "uctx_posix.3 lacks $name"
done

# What pages refer to: ours must be there; of others there may be no index.
sed -n 's/^\.Xr \(uctx[a-z_]*\) \([0-9]\).*/\1 \2/p' *.[137] | sort -u |
    while read -r name section; do
        grep -q "^$name $section " "$work/pages" ||
            fail "there is no $name($section) to refer to"
    done
if command -v mandoc >/dev/null || [ -n "${CI:-}" ]; then
    mandoc -T lint *.[137] 2>&1 |
        grep -v 'referenced manual not found\|outdated mandoc.db' >"$work/lint"
    [ ! -s "$work/lint" ] || { cat "$work/lint"; fail "mandoc complains"; }
fi

# synopsis <page>: its SYNOPSIS as C.
synopsis()
{
    awk '
    # The words of a macro line, quoted ones as one, from $0 to w[1..n].
    function words(line)
    {
        for (n = 0; match(line, /"[^"]*"|[^ "]+/);
             line = substr(line, RSTART + RLENGTH)) {
            w[++n] = substr(line, RSTART, RLENGTH)
            gsub(/"/, "", w[n])
        }
    }
    function list(from,    i, text)
    {
        for (i = from; i <= n; i++)
            text = text (i > from ? ", " : "") w[i]
        return text
    }
    /^\.Sh/ { on = $2 == "SYNOPSIS"; next }
    !on { next }
    { words($0) }
    w[1] == ".In" { print "#include <" w[2] ">" }
    w[1] == ".Vt" { sub(/^\.Vt /, ""); print }
    w[1] == ".Ft" { type = w[2] }
    w[1] == ".Fn" { print type " " w[2] "(" list(3) ");" }
    w[1] == ".Fo" { open = type " " w[2] "("; comma = "" }
    w[1] == ".Fa" { open = open comma w[2]; comma = ", " }
    w[1] == ".Fc" { print open ");" }' "$1"
}

# example <page>: the programs in its EXAMPLES, each into example<n>.c.
example()
{
    awk -v out="$work/example" '
    /^\.Sh/ { on = $2 == "EXAMPLES"; next }
    !on { next }
    /^\.Bd -literal/ { n++; inside = 1; next }
    /^\.Ed/ { inside = 0 }
    inside { gsub(/\\e/, "\\"); sub(/^\\&/, ""); print >(out n ".c") }' "$1"
}

flags="$(cached CMAKE_C_FLAGS) -Wall -Wextra -Werror -I$SOURCE/include"
compiled=0
for page in *.3; do
    synopsis "$page" >"$work/synopsis.c"
    grep -q ');$' "$work/synopsis.c" || fail "$page: no function in SYNOPSIS"
    $CC $flags -fsyntax-only "$work/synopsis.c" || fail "$page: SYNOPSIS"
    for name in $(names "$page"); do
        [ "$name" = uctx_posix ] || grep -q "[ *]$name(" "$work/synopsis.c" ||
            fail "$page: $name is not in SYNOPSIS"
    done

    rm -f "$work"/example*.c
    example "$page"
    for program in "$work"/example*.c; do
        [ -e "$program" ] || continue
        if $CC $flags "$program" -o "$work/example" "$BUILD/lib/libuctx.a" \
            "$BUILD/lib/libuctx_posix.a" -pthread -ldl &&
            $EMULATOR "$work/example" >"$work/out" 2>&1
        then
            compiled=$((compiled + 1))
        else
            fail "$page: ${program##*/}: $(cat "$work/out")"
        fi
    done

    # What the comments before these functions say of errno.
    for name in $(names "$page"); do
        awk -v name="$name" '/^\/\*/ { text = "" } { text = text "\n" $0 }
            $0 ~ "[ *]" name "\\(" && !/^ \*/ { print text; exit }' \
            "$SOURCE"/include/uctx/*.h | grep -oE '\<E[A-Z]{4,}\>'
    done | sort -u | while read -r error; do
        grep -q "^\.It Bq Er $error\$" "$page" || fail "$page: no $error"
    done
done
[ $compiled -ge 10 ] || fail "only $compiled examples"

# As readers look for them.
command -v man >/dev/null || skip "no man (package man-db)"
cmake --install "$BUILD" --prefix "$work/prefix" >"$work/log" 2>&1 ||
    { cat "$work/log"; fail "cmake --install failed"; }
export MANPATH="$work/prefix/share/man"
while read -r name section page; do
    file=$(man -w "$section" "$name" 2>/dev/null) ||
        fail "man does not find $name($section)"
    grep -q "Nm $name\|\.so man$section/$page" "$file" ||
        fail "man finds $file for $name($section)"
done <"$work/pages"
