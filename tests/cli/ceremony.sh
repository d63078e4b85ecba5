#!/bin/sh
# A ceremony from a reviewed plan: the shipped templates, judged by openssl; cut
# off and taken up; refused before anything is done.
. "$(dirname "$0")/lib.sh"
passphrase

# The templates ask people for the passphrase; here it comes from a file.
sed 's/"prompt"/"file:pass"/' "$TREE/examples/ceremony/first-root.json" \
    >plan.json

steps() {
    jq -r '[.steps[] | "\(.id)=\(.state)"] | join(" ")' "$1"
}

journal() {
    devca --store "${1:-vault}" audit log | cut -f 4 | tr '\n' ,
}

# ---- a dry run changes nothing ----
before=$(find . | sort)
expect 0 '^root.would be done.devca root create --name' ceremony run plan.json \
    --dry-run
rm -f out err
same 'a dry run leaves nothing' "$before" "$(find . | sort)"

# ---- the whole ----
expect 0 '^plan_sha256.'"$(sha256sum plan.json | cut -d ' ' -f 1)" \
    ceremony run plan.json
same 'every step once' "$(jq -r '[.steps[].id | "\(.)=done"] | join(" ")' \
    plan.json)" "$(steps transcript.json)"
same 'each act on record, the ceremony at the end' \
    'init,root create,key export,crl,backup,ceremony,' "$(journal)"
true_that 'openssl takes the root' openssl verify -x509_strict -CAfile root.pem \
    root.pem
openssl crl -inform DER -in root.crl -out crl.pem 2>/dev/null
true_that 'openssl takes the list' openssl crl -in crl.pem -CAfile root.pem \
    -noout -verify
same 'the plan expected P-384' 'secp384r1' "$(openssl x509 -in root.pem -noout \
    -text | sed -n 's/ *ASN1 OID: //p')"
spki=$(openssl x509 -in root.pem -noout -pubkey | openssl pkey -pubin \
    -outform DER | sha256sum | cut -d ' ' -f 1)
same 'root and shares name one key' "$spki $spki" "$(jq -r '[.steps[] |
    select(.id == "root" or .id == "shares-check") | .records[0] |
    .key_fingerprint] | join(" ")' transcript.json)"
jq -r '.steps[].outputs[] | select(.sha256) | "\(.sha256)  \(.path)"' \
    transcript.json >sums
same 'three files made and hashed' 3 "$(wc -l <sums)"
true_that 'their hashes are right' sha256sum -c sums
same 'shares have no hash' '{"path":"shares","secret":true}' "$(jq -c \
    '.steps[] | select(.id == "shares") | .outputs[0]' transcript.json)"
same 'versions' "$(devca --json version | jq -r '.version + .wolfcrypt + .sqlite')" \
    "$(jq -r '.software[0] | .devca + .wolfssl + .sqlite' transcript.json)"
not_true_that 'a secret in the transcript' grep -rq 'correct horse' \
    transcript.json transcript.txt
not_true_that 'a share in the transcript' grep -q \
    "$(sed -n 2p shares/share-1-of-5.txt | cut -c 12-30)" transcript.json \
    transcript.txt

# What people sign is what the journal has the hash of.
body=$(sed '/^Every step is done\.$/,$d' transcript.txt | sha256sum |
    cut -d ' ' -f 1)
row=$(devca --store vault --json audit log --act ceremony)
same 'the text in the journal' "$body" \
    "$(echo "$row" | jq -r '.details | fromjson | .text_sha256')"
same 'the plan in the journal' "$(sha256sum plan.json | cut -d ' ' -f 1)" \
    "$(echo "$row" | jq -r '.details | fromjson | .plan_sha256')"
same 'who acted' 'root ceremony' "$(devca --store vault audit log |
    cut -f 3 | sort -u)"
devca --store vault audit checkpoint >now
jq -rj .journal.checkpoint transcript.json >kept
true_that 'the checkpoint at the end' cmp now kept
expect 0 'findings[^0-9]*0$' --store vault audit verify --checkpoint kept \
    --key "$(jq -r .journal.key transcript.json)"
for name in 'Ada Example' 'Cleo Example'; do
    same "$name is named twice" 2 "$(grep -c "$name, " transcript.txt)"
done

# ---- again: nothing is done twice ----
before=$(sha256sum transcript.json transcript.txt root.pem vault.tar)
expect 0 'root.done before' ceremony run plan.json
same 'no further row' 'init,root create,key export,crl,backup,ceremony,' \
    "$(journal)"
same 'no other file' "$before" \
    "$(sha256sum transcript.json transcript.txt root.pem vault.tar)"
expect 2 'not what the plan says' --store other ceremony run plan.json
expect 2 'not what the plan says' --actor eve ceremony run plan.json
sed 's/Cleo/Chloe/' plan.json >changed.json
expect 5 'not the transcript of this plan' ceremony run changed.json
printf 'x' >>root.pem
expect 4 'root.pem.*not what this step made' ceremony run plan.json
openssl x509 -in root.pem -out again.pem 2>/dev/null && mv again.pem root.pem

# ---- an input, by its hash ----
expect 0 . init --store line --org Acme --country DE --no-passphrase
expect 0 requested product request --store line meter-3 --out meter-3.req
sed 's/"prompt"/"file:pass"/' "$TREE/examples/ceremony/sign-product.json" |
    sed 's/vault.tar/vault-2.tar/; s/root.crl/root-2.crl/' >sign.json
expect 4 'meter-3.req.*/inputs/0/sha256.*not the file' ceremony run sign.json
same 'and nothing was done' '' "$(find . -name 'sign-meter-3*' -o \
    -name meter-3.pem)"
sed "s/0\{64\}/$(sha256sum meter-3.req | cut -d ' ' -f 1)/" sign.json >s.json
expect 0 'sign.done' ceremony run s.json
true_that 'openssl takes the CA' openssl verify -x509_strict -CAfile root.pem \
    -untrusted meter-3.pem meter-3.pem
expect 0 active product install --store line meter-3 meter-3.pem
same 'its input in the transcript' \
    "$(sha256sum meter-3.req | cut -d ' ' -f 1)" "$(jq -r '.steps[] |
    select(.id == "sign") | .inputs[0].sha256' sign-meter-3.json)"

# ---- cut off by a kill, and taken up ----
mkdir cut && cd cut || exit 1
cp ../pass . && mkfifo fifo
cat >plan.json <<'END'
{"ceremony": "c", "store": "v", "transcript": "t", "actor": "me",
 "attends": [{"name": "A", "role": "r"}],
 "steps": [
  {"id": "store", "run": "init", "options": {"org": "Acme", "passphrase": "file:pass"}},
  {"id": "root", "run": "root create",
   "options": {"name": "R", "out": "r.pem", "passphrase": "file:pass"},
   "expect": {"subject": "CN=R,O=Acme"}},
  {"id": "crl", "run": "crl",
   "options": {"root": true, "out": "r.crl", "passphrase": "file:fifo"}}]}
END
"$DEVCA" ceremony run plan.json >/dev/null 2>&1 &
pid=$!
true_that 'it waits for the passphrase' until_true grep -q 'command.*devca crl' t.txt
kill -9 "$pid"
wait "$pid" 2>/dev/null
same 'where it was cut off' 'store=done root=done crl=begun' "$(steps t.json)"
true_that 'the text says so' grep -q 'under way, or cut off' t.txt
expect 0 'crl.was cut off, would be taken up' ceremony run plan.json --dry-run
(cat pass >fifo) &
expect 0 'root.done before' ceremony run plan.json
wait
same 'no act twice' 'init,root create,crl,ceremony,' "$(journal v)"
same 'both attempts are told' \
    'store=done root=done crl=begun crl=done' "$(steps t.json)"

# Cut off between the act and its end: the journal knows.
reset() {
    jq "$1" t.json >t.new && mv t.new t.json && chmod 644 t.json
}
reset 'del(.journal) | .steps = .steps[:2] | .steps[1].state = "begun" |
    .steps[1].records = []'
cp t.json begun.json
(cat pass >fifo) &
rm r.crl
expect 0 'root.found done' ceremony run plan.json
wait
same 'one root, a second list' 'init,root create,crl,ceremony,crl,ceremony,' \
    "$(journal v)"
true_that 'the text says whence' grep -q 'as the journal shows' t.txt
true_that 'and what nobody compared' grep -A 1 'NOT COMPARED' t.txt
same 'for a program, too' 'CN=R,O=Acme' "$(jq -r '.steps[] | .untold.subject |
    values' t.json)"

# The same with its file lost.
cp begun.json t.json
rm r.crl r.pem
expect 3 'r.pem.*is not done again' ceremony run plan.json
true_that 'what to do' grep -q 'devca export .*--out r.pem' err
expect 0 '*' --store v export --root --format pem --out r.pem
(cat pass >fifo) &
expect 0 'root.found done' ceremony run plan.json
wait
true_that 'the root again' openssl verify -CAfile r.pem r.pem
same 'still one root' 1 "$(journal v | grep -o 'root create' | wc -l)"

# Cut off after the journal's last row, before the transcript's end.
rows=$(journal v)
reset 'del(.journal)'
expect 0 'journal_seq' ceremony run plan.json
same 'the row was there' "$rows" "$(journal v)"
expect 0 'findings[^0-9]*0$' --store v audit verify

# A transcript that is damaged, or whose journal is another's.
cp t.json whole.json
reset '.steps[0].state = "perhaps"'
expect 4 't.json.*/steps.*damaged' ceremony run plan.json
printf '{' >t.json
expect 4 't.json.*RFC 8259' ceremony run plan.json
cp whole.json t.json
mv v elsewhere
expect 0 . init --store v --org Acme --no-passphrase
expect 4 'no row of it' ceremony run plan.json
cd ..

# ---- what the plan expects is compared before anything is done ----
mkdir expecting && cd expecting || exit 1
cat >plan.json <<'END'
{"ceremony": "c", "store": "v", "transcript": "t",
 "attends": [{"name": "A", "role": "r"}],
 "steps": [
  {"id": "store", "run": "init", "options": {"org": "Acme", "no-passphrase": true}},
  {"id": "root", "run": "root create", "options": {"name": "R", "out": "r.pem"},
   "expect": {"subject": "CN=R,O=Acme,C=DE"}}]}
END
expect 4 'root.*subject: is "CN=R,O=Acme", where the plan' ceremony run plan.json
same 'stopped before the act' 'init,' "$(journal v)"
same 'no file' 1 "$([ -e r.pem ]; echo $?)"
same 'the transcript says where' 'store=done root=failed' "$(steps t.json)"
true_that 'and the text why' grep -q 'where the plan expects' t.txt
expect 4 'root.*subject' ceremony run plan.json
same 'again the same' 'store=done root=failed root=failed' "$(steps t.json)"
sed -i 's/,C=DE//; s/"t"/"u"/; s/{"id": "store".*//' plan.json
expect 0 'root.done' ceremony run plan.json
sed -i 's/"u"/"w"/; s/"R"/"Q"/; s/r.pem/q.pem/; s/CN=R/CN=Q/' plan.json
expect 3 'has a root CA already' ceremony run plan.json
sed -i 's/"w"/"x"/; s/"subject": "[^"]*"/"colour": "red"/' plan.json
sed -i 's/root create/key test/; s/"options": {[^}]*},//' plan.json
expect 4 'colour: is expected, and not told' ceremony run plan.json
cd ..

# ---- refused whole ----
mkdir refused && cd refused || exit 1
cases=0
while IFS='	' read -r name pointer fault; do
    case $name in '#'*) continue ;; esac
    cases=$((cases + 1))
    cp "$TREE/tests/cli/plans/$name.json" plan.json
    expect 4 "plan.json.*$fault" --json ceremony run plan.json
    same "$name: its pointer" "$pointer" "$(jq -r .error.field err)"
    not_true_that "$name: a secret is repeated" grep -q geheim err out
    same "$name: nothing was done" plan.json \
        "$(ls | grep -vxE "err|out|tool.log")"
done <"$TREE/tests/cli/plans/expected"
same 'a line for each case' "$(ls "$TREE"/tests/cli/plans/*.json | wc -l)" \
    "$cases"
cp "$TREE/tests/cli/plans/made-twice.json" plan.json
jq '.steps |= .[:2]' plan.json >good.json
echo mine >r.pem
expect 5 'r.pem: exists already' ceremony run good.json
same 'and the store was not made' 1 "$([ -e s ]; echo $?)"
echo mine >t.txt
rm r.pem
expect 5 't.txt: is there already' ceremony run good.json
rm t.txt
expect 0 'steps.2' ceremony run good.json
expect 5 'nosuch.json' ceremony run nosuch.json
cd ..
nothing_left
done_testing
