#!/bin/sh
# run.sh PROGRAM VECTORS SUITE FILE [ARGUMENT]
# Runs the cases in VECTORS/SUITE/FILE and compares. Every must case has to be
# right but those that deviations.tsv lists by name; strict ones may miss one.
# Signature files have no level: all of theirs are must. counts.tsv says how
# many there are: a file that has been cut short is no conformance.
set -u
program=$1 vectors=$2 suite=$3 file=$4
shift 4
here=$(cd "$(dirname "$0")" && pwd)
cases=$vectors/$suite/$file
if [ ! -r "$cases" ]; then
    echo "skipped: no $cases"
    exit 77
fi
count=$(awk -F '\t' -v file="$suite/$file" '$1 == file { print $2, $3 }' \
    "$here/counts.tsv")
[ -n "$count" ] || { echo "no count of $suite/$file in counts.tsv"; exit 1; }
answers=$(mktemp) || exit 1
trap 'rm -f "$answers"' EXIT
(cd "$vectors/$suite" && "$program" "$@" <"$file") >"$answers" || exit 1

awk -F '\t' -v suite="$suite" -v signatures="$#" -v count="$count" '
FILENAME == ARGV[1] {
    if ($0 !~ /^#/ && $1 == suite) listed[$2] = $3
    next
}
FILENAME == ARGV[2] {
    split($0, part, " ")
    answer[part[1]] = part[2]
    reason[part[1]] = part[3]
    next
}
{
    level = signatures ? "must" : $3
    expect = signatures ? $3 : $4
    got = ($1 in answer) ? answer[$1] : "nothing"
    right = got == expect
    all[level]++
    good[level] += right
    if ($1 in listed) {
        seen[$1] = 1
        if (got != listed[$1]) {
            print "listed as a deviation, but answers " got ": " $1
            bad = 1
        }
        good[level] += !right
    } else if (!right && level == "must") {
        print "wrong: " $1 ": " got " " reason[$1] ", not " expect
        bad = 1
    } else if (!right && level == "strict") {
        print "strict: " $1 ": " got " " reason[$1] ", not " expect
    } else if (!right) {
        print "choice: " $1 ": " got " " reason[$1] ", not " expect
    }
}
END {
    for (id in listed)
        if (!(id in seen)) {
            print "listed as a deviation, but no case: " id
            bad = 1
        }
    for (level in all) {
        print suite " " level " " good[level] "/" all[level]
        total += all[level]
    }
    if (total " " all["must"] != count) {
        print suite ": " total " cases, " all["must"] " of them must, not " count
        bad = 1
    }
    if (all["strict"] - good["strict"] > 1) bad = 1
    exit bad
}' "$here/deviations.tsv" "$answers" "$cases"
