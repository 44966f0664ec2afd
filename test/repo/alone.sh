# SPDX-License-Identifier: MIT
# The tree stands alone: no file, no symbolic link and no commit message points
# at a place outside it that exists on one machine only.
# Build: LABELS tree
. "$SOURCE/test/t.sh"
cd "$SOURCE" || exit 1

# In pieces, so that this file does not hold them.
names='work|home|root|Users|mnt'
elsewhere="[.]{2}/shared|(^|[^A-Za-z0-9_.}>)/-])/($names)(/|[^A-Za-z0-9_/-]|\$)"

files >"$work/all"
[ -s "$work/all" ] || fail "no files in $SOURCE"
while read -r file; do
    if [ ! -L "$file" ]; then
        ! grep -InE "$elsewhere" "$file" || fail "$file: points outside the tree"
        continue
    fi
    case $(realpath "$file") in
    "$(realpath "$SOURCE")"/*) ;;
    *) fail "$file: a link that leaves the tree" ;;
    esac
done <"$work/all"

if git rev-parse HEAD >/dev/null 2>&1; then
    ! git log --format='%h %B' | grep -nE "$elsewhere" ||
        fail "a commit message points outside the tree"
fi
