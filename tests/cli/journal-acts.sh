#!/bin/sh
# Every act that changes anything is one row of the journal, in the transaction
# of the change: where the journal takes no row, nothing is changed and nothing
# is given out.
. "$(dirname "$0")/lib.sh"
passphrase
unset DEVCA_STORE

# jam STORE: its journal takes no further row, for the next one's place is
# taken; free STORE: it does again
jam() {
    sqlite3 "$1/identity.db" "INSERT INTO journal (seq, at, actor_id, act, leaf)
        SELECT max(seq) + 1, 0, 1, 1, zeroblob(32) FROM journal"
}
free() {
    sqlite3 "$1/identity.db" \
        'DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)'
}

# state STORE: all that is in it
state() {
    sqlite3 -readonly "$1/identity.db" .dump
    (cd "$1" && find . -type f ! -name 'identity.db*' -exec sha256sum {} + |
        sort)
}

rows() {
    devca --store "$1" --json audit log | jq -r .act
}

# act ACTS STORE COMMAND...: with the journal jammed the command fails and
# changes nothing, makes none of the files in $files; then it is done, and these
# acts (sorted) are on record.
act() {
    wanted=$1 store=$2
    shift 2
    jam "$store"
    state "$store" >before
    devca --store "$store" "$@" >out 2>err </dev/null
    status=$?
    checks=$((checks + 1))
    [ "$status" -eq 5 ] || failed "devca $*: exit $status without a row" \
        "$(head -n 4 err)"
    state "$store" >after
    true_that "$1 ${2-}: nothing without a row" diff before after
    for file in $files; do
        [ ! -e "$file" ] || failed "$1: gave out $file without a row"
    done
    free "$store"
    rows "$store" | wc -l >count
    devca --store "$store" "$@" >out 2>err </dev/null ||
        failed "devca $*: $?" "$(head -n 3 err)"
    same "$1 ${2-}: on record" "$wanted" \
        "$(rows "$store" | tail -n +"$(($(cat count) + 1))" | sort | tr '\n' ' ' |
            sed 's/ $//')"
    for file in $files; do
        [ -e "$file" ] || failed "$1: $file was not given out"
    done
    same "$1 ${2-}: the journal holds" 0 "$(devca --store "$store" --json \
        audit verify | jq -r 'select(.findings != null) | .findings')"
}
files=
with='--passphrase file:pass'

# init: no journal, no store.
expect 2 octets --actor '' --store vault init --org Acme $with
same 'nothing is left of it' 1 "$([ -e vault ]; echo $?)"
for store in vault line; do
    expect 0 . --store $store init --org Acme --country DE $with
    same "init of $store on record" init "$(rows $store)"
done

files=root.pem
act 'root create' vault root create --name 'Acme Root' --out root.pem $with
quick_keys vault
files=m4.req
act 'product request' line product request meter-4 --out m4.req $with
files=m4.pem
act 'root sign' vault root sign m4.req --out m4.pem $with
files=
act 'product install product install' line product install meter-4 m4.pem
files=m3.pem
act 'product add' vault product add meter-3 --uid-format hex:4 --out m3.pem $with
quick_keys vault
quick_keys line
request one
request two
request three
files=one.pem
act issue vault issue --product meter-3 --uid 00000001 --csr one.csr \
    --out one.pem $with
files='gen.pem gen.key'
act issue vault issue --product meter-3 --uid 00000002 --generate-key \
    --key-out gen.key --out gen.pem --key-passphrase file:pass $with
files=again.pem
act 'issue revoke' vault issue --product meter-3 --uid 00000001 --csr two.csr \
    --rekey --out again.pem $with
# A profile that the product has not seen yet is on record with its first use.
sed 's/"ieee8021ar-idevid"/"ours"/' "$TREE/pki-templates/ieee8021ar-idevid.json" \
    >ours.json
files=ours.pem
act 'issue profile' vault issue --product meter-3 --uid 00000003 \
    --csr three.csr --profile ./ours.json --out ours.pem $with
python3 "$TREE/tests/cli/rows.py" 100 3 >rows.csv
files=bundle.pem
act 'issue issue issue' line issue --product meter-4 --batch rows.csv \
    --out bundle.pem $with
files=
act revoke vault revoke --uid 00000002 --reason certificateHold
act release vault revoke --uid 00000002 --release
printf 'uid\n00000002\n00000003\n' >list
act 'revoke revoke' vault revoke --batch list --reason superseded
files=list.crl
act crl vault crl --product meter-3 --out list.crl $with
files=delta.crl
act crl vault crl --product meter-3 --delta --out delta.crl $with
files=set.bin
act 'revocation set' vault export --product meter-3 --format revocation-set \
    --out set.bin $with
files=shares/share-1-of-2.txt
act 'key export' vault key split --root --threshold 2 --shares 2 --out shares \
    $with
files=vault.tar
act backup vault backup vault.tar --with-keys $with

files=
act settings vault settings set --org 'Acme Two' --country FR
same 'they are for certificates to come' 'CN=m5 CA,OU=m5,O=Acme Two,C=FR' \
    "$(devca --store vault --json product add m5 $with | jq -r .subject)"
rows vault | wc -l >count
expect 0 'changed.false' --store vault settings set --country FR
expect 0 'dry_run.true' --store vault settings set --country IT --dry-run
expect 0 'country.FR' --store vault settings show
same 'no change, no row' "$(cat count)" "$(rows vault | wc -l)"
expect 2 'capital' --store vault settings set --country fr
expect 2 'needs --org' --store vault settings set
same 'what it was before is on record' 'Acme DE' "$(devca --store vault --json \
    audit log --act settings | jq -r '.details | fromjson |
    .old_org + " " + .old_country')"
act settings vault settings set --country=
same 'none' null "$(jq -r .country vault/settings.json)"

# A refusal is refused with or without a row; it is one when it can be.
jam vault
expect 3 'another key' --store vault issue --product meter-3 --uid 00000001 \
    --csr three.csr --out no.pem $with
free vault
expect 3 'another key' --store vault issue --product meter-3 --uid 00000001 \
    --csr three.csr --out no.pem $with
same 'a refusal on record' refuse "$(rows vault | tail -n 1)"
same 'nothing given out' 1 "$([ -e no.pem ]; echo $?)"

# restore: the new store goes on with the journal, or is not there.
expect 0 . restore --store back vault.tar
same 'restore on record' restore "$(rows back | tail -n 1)"
jam back
expect 5 'place of its next row is taken' --store back backup jammed.tar
same 'no backup without a row' 1 "$([ -e jammed.tar ]; echo $?)"
expect 2 octets --actor '' restore --store nowhere vault.tar
same 'no store without a row' 1 "$([ -e nowhere ]; echo $?)"

# ceremony: the steps are acts of their own; the end is one.
cat >plan.json <<'END'
{"ceremony": "c", "store": "vault", "transcript": "t",
 "attends": [{"name": "A", "role": "r"}],
 "secrets": {"passphrase": "file:pass"},
 "steps": [{"id": "test", "run": "key test", "options": {"root": true}}]}
END
jam vault
expect 5 'place of its next row' ceremony run plan.json
same 'no end without a row' null "$(jq .journal t.json)"
free vault
expect 0 journal_seq ceremony run plan.json
same 'ceremony on record' ceremony "$(rows vault | tail -n 1)"
expect 0 'findings[^0-9]*0$' --store vault audit verify
nothing_left
done_testing
