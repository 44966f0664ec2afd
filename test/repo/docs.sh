# SPDX-License-Identifier: MIT
# In the documents, each link leads somewhere in the tree, each file named in
# backquotes is there (its ending may be missing), and so is each function of
# ours and each preset.
# Build: LABELS tree
. "$SOURCE/test/t.sh"
cd "$SOURCE" || exit 1

files .md >"$work/documents"
[ -s "$work/documents" ] || fail "no documents"
cat include/uctx/*.h src/arch.h man/*.[137] | grep -oE 'uctx_[a-z_]+' |
    sort -u >"$work/functions"
while read -r document; do
    folder=$(dirname "$document")
    grep -oE '\]\([^)#]+' "$document" | cut -c 3- | grep -v '^https*:' |
        while read -r link; do
            [ -e "$folder/$link" ] || fail "$document: no $link"
        done
    grep -oE '`(src|include|test|man|docs|example|bench|cmake|gdb|tool)/[^`<> ]*`' \
        "$document" | tr -d '`' | while read -r file; do
            ls -d $file* >/dev/null 2>&1 || [ "$file" = test/arch/ARCH ] ||
                fail "$document: no $file"
        done
    grep -oE 'uctx_[a-z_]+\(' "$document" | tr -d '(' | sort -u |
        while read -r function; do
            grep -qx "$function" "$work/functions" ||
                fail "$document: no function $function"
        done
    grep -oE -e '--preset [a-z0-9]+' "$document" | cut -d' ' -f2 |
        while read -r preset; do
            cat CMakePresets.json cmake/*.json | grep -q "\"name\": \"$preset\"" ||
                fail "$document: no preset $preset"
        done
done <"$work/documents"
