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


# ---- found done: that very step ----
expect 0 . init --store r --org Acme --country DE --no-passphrase
expect 0 . root create --store r --name R
for name in one two; do
    expect 0 active product add --store r $name
    request $name
done
issue() {
    devca --store r issue --product "$1" --uid "$2" --csr "$1.csr" --out "$1.pem"
}
issue one 0A01 >/dev/null

begun() {
    jq '.steps[-1].state = "begun"' t.json >t.new && mv t.new t.json &&
        chmod 644 t.json
}

# again OUTCOME WHAT COMMAND...: the plan's step fails, then is cut off; each
# time COMMAND, an act of its kind about another, comes between.
plan '{"id": "s", "run": "revoke", "options": {"uid": "0a02",
    "reason": "keyCompromise"}}' '' ''
sed -i 's/"v"/"r"/' plan.json
expect 1 'failed' ceremony run plan.json
expect 0 revoked --store r revoke --uid 0a01 --reason superseded
issue two 0A02 >/dev/null
cp t.json failed.json
expect 0 's.done' ceremony run plan.json
same 'a step that failed was tried again' revoked \
    "$(devca --store r --json query --uid 0a02 | jq -r .status)"
jq 'del(.journal) | .steps = .steps[:1]' failed.json >t.json
begun
rows=$(jq '.steps[0].journal_rows' t.json)
expect 0 's.found done' ceremony run plan.json
jq 'del(.journal)' t.json >t.new && mv t.new t.json
begun
expect 0 's.found done' ceremony run plan.json
same 'cut off twice' "$rows $rows $rows" \
    "$(jq -r '[.steps[].journal_rows] | join(" ")' t.json)"
sed -i 's/"0a02"/"0a03"/; s/"t"/"u"/' plan.json
jq --arg sha "$(hash plan.json)" 'del(.journal) | .steps = .steps[:1] |
    .plan.sha256 = $sha' t.json >u.json
expect 1 's.failed' ceremony run plan.json
rm u.json u.txt

# sign NAME: a request that an offline root signs, its product not in the plan
for name in x y; do
    expect 0 requested product request --store line $name --out $name.req
done
plan '{"id": "s", "run": "root sign", "arguments": ["x.req"],
    "options": {"out": "x.pem"}}' "$(input x.req)" '"passphrase": "file:pass"'
expect 0 's.done' ceremony run plan.json
cp t.json done.json
jq 'del(.journal)' done.json >t.json
begun
expect 0 's.found done' ceremony run plan.json
jq 'del(.journal) | .steps[0].journal_rows += 1' done.json >t.json
begun
expect 0 '*' --store v root sign y.req --out y.pem --passphrase file:pass
expect 5 'x.pem: exists already' ceremony run plan.json
true_that 'no step has --force' grep -q 'move it away' err
rm x.pem
expect 0 's.done' ceremony run plan.json
same 'the same certificate again' already \
    "$(jq -r '.steps[-1].records[0].outcome' t.json)"

# ---- each secret is its own ----
if (mkdir probe && cd probe && . "$TREE/tests/cli/token.sh") >/dev/null; then
    . "$TREE/tests/cli/token.sh"
    unset DEVCA_STORE
    make_token acme
    expect 0 active product add --store v chip --key-uri "$(key chip)" \
        --pin file:pin --passphrase file:pass
    plan '{"id": "a", "run": "key test", "options": {"root": true}},
        {"id": "b", "run": "key test", "options": {"product": "chip"}}' '' \
        '"passphrase": "stdin", "pin": "stdin"'
    cat pass pin | devca ceremony run plan.json >out 2>err ||
        failed 'two secrets of one source' "$(cat err)"
    same 'both keys work' 'works works' \
        "$(jq -r '[.steps[].records[0].outcome] | join(" ")' t.json)"
fi

nothing_left
done_testing
