#!/bin/sh
# Eight processes on one store: issue, revoke, ask, list, look it over and back it
# up at the same time. DEVCA_SECONDS in the environment says for how long (8).
. "$(dirname "$0")/lib.sh"
seconds=${DEVCA_SECONDS:-8}
keys=25
DEVCA_STORE=$work/store
export DEVCA_STORE
expect 0 plain init --org Acme --no-passphrase
expect 0 Root root create --name 'Acme Root'
expect 0 active product add meter-3 --uid-format hex:4
for n in $(seq 1 $keys); do
    openssl ecparam -name prime256v1 -genkey -noout 2>/dev/null |
        openssl ec -pubout -outform DER -out "key-$n.der" 2>/dev/null
done
ends=$(($(date +%s) + seconds))

# run NAME COMMAND...: until the time is up; anything but 0, 1 and 3 is noted. 1
# and 3 are answers: nothing there yet, taken already.
run() {
    name=$1
    shift
    "$DEVCA" "$@" >"$name.out" 2>"$name.err"
    status=$?
    case $name-$status in
    *-0 | issue*-[13] | revoke-[13] | query-1) echo "$status" >>"$name.done" ;;
    *) echo "devca $*: exit $status: $(head -n 1 "$name.err")" >>faults ;;
    esac
}
going() {
    [ "$(date +%s)" -lt "$ends" ]
}
# All four want the same UIDs, each by keys of its own order: one key wins each.
# However slow the machine is, each goes through all of them.
issue() {
    turn=$1
    tried=0
    while going || [ $tried -lt $keys ]; do
        tried=$((tried + 1))
        turn=$(((turn + 7) % keys + 1))
        uid=$(printf '%08x' "$turn")
        run "issue-$1" issue --product meter-3 --uid "$uid" \
            --public-key "key-$turn.der" --out "dev-$1.pem" --force
    done
}
revoke() {
    while going; do
        n=$((($(date +%N | sed 's/^0*//' | cut -c 1-4) + 0) % keys + 1))
        run revoke revoke --uid "$(printf '%08x' $n)" --reason certificateHold
        run revoke revoke --uid "$(printf '%08x' $n)" --release
    done
}
query() {
    while going; do
        run query query --limit 5
        run query show --uid 00000001
    done
}
list() {
    while going; do
        run crl crl --product meter-3 --out list.crl --force
    done
}
look() {
    while going; do
        run audit audit verify
        run doctor doctor
        run backup backup saved.backup --force
    done
}
: >faults
for n in 1 2 3 4; do
    issue $n &
done
revoke &
query &
list &
look &
wait
same 'nothing but answers' '' "$(cat faults)"
for name in issue-1 issue-2 issue-3 issue-4 revoke query crl audit doctor backup; do
    checks=$((checks + 1))
    grep -q 0 "$name.done" || failed "$name never got through"
done
same 'one certificate for each key' "$keys" "$(devca query --count)"
same 'no serial twice' "$keys" "$(devca --json query | jq -r .serial | sort -u |
    wc -l)"
expect 0 '*' doctor
expect 0 '*' --store again restore saved.backup
expect 0 'findings[^0-9]*0$' --store again audit verify
expect 0 'findings[^0-9]*0$' audit verify
same 'every list has its number' "$(sqlite3 -readonly store/identity.db \
    'SELECT count(*) FROM crl')" "$(sqlite3 -readonly store/identity.db \
    'SELECT max(number) FROM crl')"
done_testing
