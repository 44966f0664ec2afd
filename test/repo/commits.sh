# SPDX-License-Identifier: MIT
# The subject of each commit is `area: imperative`, of 60 columns at most and
# without a full stop.  Merges are not ours to word.
# Build: LABELS tree
. "$SOURCE/test/t.sh"
need git
cd "$SOURCE" || exit 1
git rev-parse HEAD >/dev/null 2>&1 || skip "no git history here"

git log --no-merges --format='%h %s' >"$work/subjects"
while read -r hash subject; do
    [ ${#subject} -le 60 ] || fail "$hash: over 60 columns: $subject"
    case $subject in
    *.) fail "$hash: a full stop: $subject" ;;
    [a-z0-9_]*': '[a-z]*) ;;
    *) fail "$hash: not 'area: imperative': $subject" ;;
    esac
done <"$work/subjects"
