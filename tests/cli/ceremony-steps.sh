#!/bin/sh
# Steps of a ceremony: what was reviewed is what they read, each secret is its
# own, and what is found done is that very step.
. "$(dirname "$0")/lib.sh"
passphrase
mkfifo fifo

# A root of its own, opened by a passphrase that somebody is slow to type.
expect 0 encrypted init --store v --org Acme --country DE --passphrase file:pass
expect 0 'subject.CN=R' root create --store v --name R --passphrase file:pass
quick_keys v
for line in line other; do
    expect 0 . init --store $line --org Acme --country DE --no-passphrase
    expect 0 requested product request --store $line meter-3 --out $line.req
done

hash() {
    sha256sum "$1" | cut -d ' ' -f 1
}

# While the passphrase is typed, COMMAND...
meanwhile() {
    timeout 60 sh -c 'exec 3>fifo; "$@"; cat pass >&3' - "$@" &
    typing=$!
}

# plan STEP INPUTS [SECRETS]: plan.json
plan() {
    printf '{"ceremony": "c", "store": "v", "transcript": "t", "actor": "me",
        "attends": [{"name": "A", "role": "r"}], "inputs": [%s],
        "secrets": {%s}, "steps": [%s]}\n' "$2" "${3:-"\"passphrase\": \"file:fifo\""}" \
        "$1" >plan.json
    rm -f t.json t.txt
}

input() {
    printf '{"path": "%s", "sha256": "%s"}' "$1" "$(hash "$1")"
}

key_of() {
    openssl "$1" -in "$2" -noout -pubkey
}

# ---- what was hashed is what is signed ----
for expecting in '' ', "expect": {"product": "meter-3"}'; do
    cp line.req meter.req
    plan '{"id": "sign", "run": "root sign", "arguments": ["meter.req"],
        "options": {"out": "meter.pem"}'"$expecting"'}' "$(input meter.req)"
    meanwhile cp other.req meter.req
    expect 0 'sign.done' ceremony run plan.json
    wait $typing
    true_that 'it was exchanged in time' cmp meter.req other.req
    same 'the reviewed request was signed' "$(key_of req line.req)" \
        "$(key_of x509 meter.pem)"
    same 'and is in the transcript' "meter.req $(hash line.req)" \
        "$(jq -r '.steps[0].inputs[0] | "\(.path) \(.sha256)"' t.json)"
    rm -f meter.pem
done

# A file that is not what its name says, by that name.
echo no >bad.req
plan '{"id": "sign", "run": "root sign", "arguments": ["bad.req"],
    "options": {"out": "bad.pem"}}' "$(input bad.req)" \
    '"passphrase": "file:pass"'
expect 4 '^devca: ceremony run: bad.req: ' ceremony run plan.json

# A profile, and a backup.
devca profile show ieee8021ar-idevid >own.json
sed -i 's/"ieee8021ar-idevid"/"own"/' own.json
plan '{"id": "a", "run": "product add", "arguments": ["p"],
    "options": {"device-profile": "own.json"}}' "$(input own.json)"
meanwhile cp bad.req own.json
expect 0 'a.done' ceremony run plan.json
wait $typing
same 'the reviewed profile' own "$(devca --store v --json product show p |
    jq -r .device_profile)"
plan '{"id": "a", "run": "product add", "arguments": ["q"],
    "options": {"device-profile": "own.json"}}' "$(input own.json)" \
    '"passphrase": "file:pass"'
expect 4 '^devca: ceremony run: own.json: ' ceremony run plan.json
expect 0 '*' --store v backup v.tar --with-keys
plan '{"id": "back", "run": "restore", "arguments": ["v.tar"]}' \
    "$(input v.tar)" '"passphrase": "file:pass"'
sed -i 's/"v"/"w"/' plan.json
expect 0 'back.done' ceremony run plan.json
same 'the backup by its name' v.tar "$(devca --store w --json audit log \
    --act restore | jq -r .object)"
same 'in what was told, too' v.tar "$(jq -r '.steps[0].records[0].backup' \
    t.json)"
same 'no name of a copy' '' "$(grep -h /proc t.json t.txt)"

nothing_left
done_testing
