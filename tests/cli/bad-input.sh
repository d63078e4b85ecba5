#!/bin/sh
# Bad input: a clear error, a documented exit status, and nothing lost.
. "$(dirname "$0")/lib.sh"
main_store
request dev
issue="issue --product meter-3 --passphrase file:pass"
openssl req -in dev.csr -outform DER -out dev.der

# Requests that are none, or not whole.
: >empty
expect 4 'is empty' $issue --uid 0a1b2c3d --csr empty
head -c 100 dev.der >truncated
expect 4 'X.690' $issue --uid 0a1b2c3d --csr truncated
head -c 300 dev.csr >truncated.pem
expect 4 'RFC 7468' $issue --uid 0a1b2c3d --csr truncated.pem
{ cat dev.der && printf x; } >trailing
expect 4 'X.690.*octets follow' $issue --uid 0a1b2c3d --csr trailing
printf -- '-----BEGIN CERTIFICATE REQUEST-----\n@@@@\n-----END CERTIFICATE REQUEST-----\n' >garbage
expect 4 'RFC 7468.*base64' $issue --uid 0a1b2c3d --csr garbage
head -c 4096 /dev/urandom >noise
expect 4 . $issue --uid 0a1b2c3d --csr noise
truncate -s 100M huge
expect 4 'more than 1048576' $issue --uid 0a1b2c3d --csr huge
expect 4 'CERTIFICATE.*not a certification request' $issue --uid 0a1b2c3d \
    --csr root.pem
openssl x509 -in root.pem -outform DER -out root.der
expect 4 'is a certificate, not' $issue --uid 0a1b2c3d --csr root.der
cat dev.csr dev.csr >two
expect 4 'more than one block' $issue --uid 0a1b2c3d --csr two
expect 5 'cannot be opened' $issue --uid 0a1b2c3d --csr nosuch
expect 5 'folder' $issue --uid 0a1b2c3d --csr .

# Chains: libdevid refuses one too many, and no file brings more.
for n in 1 2 3 4 5 6; do
    cat root.pem
done >six.pem
expect 1 'RFC 5280 6.1' verify six.pem
cat six.pem root.pem >seven.pem
expect 4 'more than 6 certificates' verify seven.pem

# Keys and signatures.
size=$(stat -c %s dev.der)
{
    head -c $((size - 1)) dev.der
    printf '\001'
} >badsig
expect 4 'RFC 2986 4.2.*signature|RFC 3279' $issue --uid 0a1b2c3d --csr badsig
request p192 prime192v1
expect 3 'RFC 5480.*P-256|RFC 5758' $issue --uid 0a1b2c3d --csr p192.csr
openssl req -new -newkey rsa:1024 -nodes -keyout rsa.key -subj /CN=x \
    -out rsa.csr 2>/dev/null
expect 3 'RFC 5480|RFC 5758' $issue --uid 0a1b2c3d --csr rsa.csr
openssl req -new -key dev.key -sha1 -subj /CN=x -out sha1.csr 2>/dev/null
expect 3 'RFC 5758' $issue --uid 0a1b2c3d --csr sha1.csr
openssl pkey -in dev.key -pubout -outform DER -out pub.der
{
    head -c 60 pub.der
    head -c 31 /dev/zero
} >off-curve
expect 4 'not on its curve' $issue --uid 0a1b2c3d --public-key off-curve
expect 4 . $issue --uid 0a1b2c3d --public-key noise
openssl pkey -in dev.key -pubout -out pub.pem
cat pub.pem root.pem >twice.pem
expect 4 'more than one block' $issue --uid 0a1b2c3d --public-key twice.pem
same 'nothing was issued so far' 0 "$(devca query --count)"

# A request's other wishes: an unknown attribute is ignored, its subject too; a
# requested extension that is critical and unknown is the profiles to judge.
cat >wish.cnf <<'END'
[req]
distinguished_name = dn
attributes = attributes
req_extensions = extensions
prompt = no
[dn]
CN = not what you get
[attributes]
challengePassword = secret
[extensions]
1.2.3.4.5 = critical,DER:0500
END
openssl req -new -key dev.key -config wish.cnf -out wish.csr 2>/dev/null
expect 3 'critical|extension' $issue --uid 0a1b2c3d --csr wish.csr
sed -i '/req_extensions/d' wish.cnf
openssl req -new -key dev.key -config wish.cnf -out attribute.csr 2>/dev/null
expect 0 'issued' $issue --uid 0a1b2c3d --csr attribute.csr --out dev.pem
not_true_that 'the requests subject is not taken over' sh -c \
    'openssl x509 -in dev.pem -noout -subject | grep -q "not what"'

# An owner's name that no certificate could hold.
for name in "$(printf 'A\033[2JB')" "$(printf 'A\nB')" "$(printf 'A\377B')" \
    "$(printf 'A\302\205B')"; do
    expect 2 'organizationName.*control' --store unnamed init --org "$name" \
        --no-passphrase
    expect 2 'organizationName.*control' settings set --org "$name"
done
not_true_that 'no store without a name' test -e unnamed

# A name that would speak to the terminal, told of as what it is.
for name in "$(printf 'b\033[2J')" "$(printf 'b\302\233J')" "$(printf 'b\177')"; do
    expect 2 'b[?].*one argument too many' backup a.tar "$name"
    expect 5 'b[?].*cannot be opened' lint "$name"
done

# UIDs.
request two
expect 4 'hex digits' $issue --uid 0a1b2c3g --csr two.csr
expect 4 'hex digits' $issue --uid 0a1b2c3 --csr two.csr
expect 4 'hex digits' $issue --uid '' --csr two.csr
expect 4 'hex:4 wants 4' $issue --uid 0a1b2c --csr two.csr
expect 3 'another key' $issue --uid 0A1B2C3D --csr two.csr
expect 3 'belongs to another' $issue --uid 00000001 --csr attribute.csr
expect 1 'no product' issue --product nosuch --uid 01 --csr two.csr \
    --passphrase file:pass
expect 2 'hex:99' product add x --uid-format hex:99 --passphrase file:pass
expect 2 'product' product add ../x --passphrase file:pass
expect 3 'exists already' product add meter-3 --passphrase file:pass
expect 3 'root CA already' root create --name Second --passphrase file:pass
expect 3 'holds a store already' init --org Acme --no-passphrase

# Secrets.
expect 6 'no passphrase was given' issue --product meter-3 --uid 00000002 \
    --csr two.csr
(umask 077 && echo wrong >wrong)
expect 6 'passphrase is wrong' issue --product meter-3 --uid 00000002 \
    --csr two.csr --passphrase file:wrong
cp pass open
chmod 644 open
expect 6 'may be read by others' issue --product meter-3 --uid 00000002 \
    --csr two.csr --passphrase file:open
(umask 077 && : >none)
expect 6 'is empty' issue --product meter-3 --uid 00000002 --csr two.csr \
    --passphrase file:none
expect 2 'never stands on the command line' issue --product meter-3 \
    --uid 00000002 --csr two.csr --passphrase horse
expect 6 'no terminal' issue --product meter-3 --uid 00000002 --csr two.csr \
    --passphrase prompt
expect 2 'standard input cannot be' issue --product meter-3 --uid 00000002 \
    --csr - --passphrase stdin
not_true_that 'no secret in any output' grep -rq 'correct horse' out err
key=$(ls store/keys/product-*)
chmod 644 "$key"
expect 6 'read by others' $issue --uid 00000002 --csr two.csr
chmod 600 "$key"
mv "$key" aside
expect 6 'cannot be found' $issue --uid 00000002 --csr two.csr
cp store/keys/root-* "$key"
expect 6 'not the one of the CA' $issue --uid 00000002 --csr two.csr
mv aside "$key"

# Time: an issuer that is over, a clock before it began.
DEVCA_CLOCK=2001-01-01T00:00:00Z
export DEVCA_CLOCK
expect 3 'begins at.*clock|clock' $issue --uid 00000002 --csr two.csr
DEVCA_CLOCK=yesterday
expect 3 'not a point in time' $issue --uid 00000002 --csr two.csr
unset DEVCA_CLOCK
sed 's/"notAfter": "9999"/"notAfter": "P1D"/; s/"name": "root"/"name": "short"/' \
    "$TREE/pki-templates/root.json" >short.json
expect 0 . init --store brief --org Acme --passphrase file:pass
expect 0 . root create --store brief --name Brief --profile ./short.json \
    --passphrase file:pass
expect 0 . product add --store brief p --passphrase file:pass
DEVCA_CLOCK=$(date -u -d '+3 days' +%Y-%m-%dT%H:%M:%SZ)
export DEVCA_CLOCK
expect 3 'expired' issue --store brief --product p --uid 01 --csr two.csr \
    --passphrase file:pass
unset DEVCA_CLOCK

# A product that was revoked.
expect 0 active product add gone --passphrase file:pass
expect 0 revoked revoke --product gone --reason cessationOfOperation
expect 3 'revoked' issue --product gone --uid 01 --csr two.csr \
    --passphrase file:pass

# Stores that are none, not ours, damaged, newer, locked.
expect 5 'not a store' query --store nosuch
(cd / && env -u DEVCA_STORE "$DEVCA" query >"$work/out" 2>"$work/err")
same 'no store anywhere' 5 $?
true_that 'the way to a store is told' grep -q 'devca init' err
# As it is told, with a passphrase from elsewhere than a terminal.
for told in "$(cat err)" "$(devca --store nosuch query 2>&1)"; do
    words=$(echo "$told" | sed -n 's/.*make one with: devca //p' |
        sed 's/DIR/told/; s/NAME/Acme/; s/prompt/file:pass/')
    true_that "$words" env -u DEVCA_STORE "$DEVCA" $words
done
rm -r told .devca
mkdir foreign
sqlite3 foreign/identity.db 'CREATE TABLE t (x)'
expect 5 . query --store foreign
cp -r store newer
sqlite3 newer/identity.db 'PRAGMA user_version = 99' >/dev/null
expect 5 'newer' query --store newer
cp -r store damaged
printf 'garbage garbage garbage' | dd of=damaged/identity.db bs=1 seek=8192 \
    conv=notrunc 2>/dev/null
printf '{' >damaged/settings.json
expect 5 . query --store damaged
cp -r store locked
sqlite3 locked/identity.db 'PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE;' \
    '.shell sleep 5' 'ROLLBACK;' >/dev/null 2>&1 &
holder=$!
sleep 1
expect 5 'store|wait|process' issue --store locked --wait 2 --product meter-3 \
    --uid 00000002 --csr two.csr --passphrase file:pass
wait $holder

# A pipe without a writer in the place of a file of the store: nobody waits for
# one. The limit is there to tell that from a slow machine.
expect 0 . init --store whole --org Acme --no-passphrase
expect 0 . root create --store whole --name Root
expect 0 . product add --store whole p
own=$(cd whole && echo keys/product-*)
while read -r name pattern command; do
    rm -rf piped
    cp -r whole piped
    rm -f "piped/$name"
    mkfifo -m 600 "piped/$name"
    timeout 60 "$DEVCA" $command --store piped >out 2>err </dev/null
    status=$?
    same "$name: $command is told of the pipe" 1 \
        "$([ $status -gt 0 ] && [ $status -lt 100 ] && echo 1)"
    true_that "$name: $command says which file" \
        sh -c "cat out err | grep -Eq '$name.*($pattern)'"
done <<END
settings.json regular settings show
settings.json regular doctor
settings.json regular backup copy.tar
identity.db not.a.file query
identity.db-journal not.a.file query
identity.db-journal not.a.file doctor
identity.db-wal not.a.file audit verify
identity.db-shm not.a.file backup copy.tar
keys/journal.pem regular settings set --org Other
keys/journal.pem regular doctor
$own regular key test
$own regular doctor
$own regular issue --product p --uid 01 --csr two.csr
END
mkfifo list
printf 'uid,csr\n02,"%s"\n' "$(cat two.csr)" >list &
expect 0 '1 issued' issue --store whole --product p --batch list \
    --out piped-out/
wait $!

# After all that the store is as it was, and works.
same 'one device' 1 "$(devca query --count)"
same 'the database is sound' ok \
    "$(sqlite3 store/identity.db 'PRAGMA integrity_check')"
expect 0 issued $issue --uid 00000002 --csr two.csr --out two.pem
nothing_left

# A full disk and a read-only store, where mounting is allowed.
if [ "$(id -u)" = 0 ] && mkdir tiny && mount -t tmpfs -o size=768k none tiny \
    2>/dev/null; then
    cp -r store tiny/store
    dd if=/dev/zero of=tiny/fill bs=1k 2>/dev/null
    request full
    expect 5 'space|full' issue --store tiny/store --product meter-3 \
        --uid 00000009 --csr full.csr --passphrase file:pass
    rm tiny/fill
    same 'the full store is sound' ok \
        "$(sqlite3 tiny/store/identity.db 'PRAGMA integrity_check')"
    same 'and holds no half row' 0 \
        "$(devca query --store tiny/store --uid 00000009 --count)"
    mount -o remount,ro tiny
    expect 0 meter-3 query --store tiny/store --uid 00000002
    expect 5 'read' issue --store tiny/store --product meter-3 --uid 00000009 \
        --csr full.csr --passphrase file:pass
    umount tiny
fi
done_testing
