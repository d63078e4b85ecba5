#!/bin/sh
# What has to fit together: a CA's certificate from elsewhere, the profiles of a
# product, its lists, the owner's name.
. "$(dirname "$0")/lib.sh"
passphrase
DEVCA_STORE=$work/store
export DEVCA_STORE

# A root that is not ours, which signs what it likes.
openssl ecparam -name prime256v1 -genkey -noout -out root.key
openssl req -x509 -new -key root.key -subj '/O=Acme/CN=Foreign Root' -days 3650 \
    -addext keyUsage=critical,keyCertSign,cRLSign -out root.pem
# answer NAME REQUEST CONSTRAINTS USAGE [MORE]: NAME.pem and NAME.der
answer() {
    printf '%s\n' "basicConstraints=critical,CA:true$3" "keyUsage=critical,$4" \
        subjectKeyIdentifier=hash authorityKeyIdentifier=keyid "${5:-}" >extensions
    openssl x509 -req -in "$2" -CA root.pem -CAkey root.key -days 3000 \
        -set_serial "1$(cksum <"$2" | tr -d " ")" -extfile extensions -out "$1.pem" \
        2>openssl.log || failed "openssl signs $1" "$(cat openssl.log)"
    openssl x509 -in "$1.pem" -outform DER -out "$1.der"
}
# put_in_place NAME PRODUCT: the CA's certificate as another program let it in.
put_in_place() {
    sqlite3 store/identity.db "UPDATE certificate
        SET der = x'$(od -An -v -tx1 "$1.der" | tr -d ' \n')'
        WHERE id = (SELECT certificate_id FROM authority WHERE name = '$2')"
}
install() {
    wanted=$1
    pattern=$2
    shift 2
    expect "$wanted" "$pattern" product install "$@" --anchor root.pem
}

expect 0 . init --org Acme --no-passphrase
expect 0 requested product request meter --uid-format hex:4 --out meter.req
answer good meter.req ,pathlen:0 keyCertSign,cRLSign
answer no-lists meter.req ,pathlen:0 keyCertSign
answer no-certs meter.req '' cRLSign
install 4 'no-lists.pem: RFC 5280 4.2.1.3: keyUsage: lacks cRLSign' meter no-lists.pem
install 4 'keyCertSign' meter no-certs.pem
install 0 active meter good.pem

# A list that devices would refuse is not released.
expect 0 crl_number crl --product meter --out good.crl
put_in_place no-lists meter
for kind in '' --delta; do
    expect 3 'meter: RFC 5280 .*CRL: ' crl --product meter $kind --out none.crl
done
true_that 'nothing was released' [ ! -e none.crl ]
same 'no number was used' 1 \
    "$(sqlite3 store/identity.db 'SELECT count(*) FROM crl')"
# What a root made is held against what the product's devices need, when it is
# installed and, where it was installed before, when a device is to be made.
# product NAME DEVICE-PROFILE: NAME.req
product() {
    expect 0 requested product request "$1" --uid-format hex:4 --out "$1.req" \
        --device-profile "$2" --profile "${3:-intermediate}"
}
request dev
issue() {
    wanted=$1
    pattern=$2
    shift 2
    expect "$wanted" "$pattern" issue --uid 0a1b2c3d --csr dev.csr --product "$@"
}
issue 4 'meter: RFC 5280 4.2.1.3: keyUsage: lacks cRLSign' meter
product layers dice-uds dice-intermediate
answer short layers.req ,pathlen:0 keyCertSign,cRLSign
answer long layers.req ,pathlen:1 keyCertSign,cRLSign
install 4 'short.pem: RFC 5280 4.2.1.9: basicConstraints.pathLenConstraint: is 0' \
    layers short.pem
true_that 'a way out is told' grep -q dice-intermediate err
install 0 active layers long.pem
issue 0 issued layers --dry-run
put_in_place short layers
issue 4 'layers: RFC 5280 4.2.1.9: basicConstraints.pathLenConstraint: is 0' layers
product cloud aws-iot-device
answer server cloud.req ,pathlen:0 keyCertSign,cRLSign extendedKeyUsage=serverAuth
answer any cloud.req ,pathlen:0 keyCertSign,cRLSign \
    extendedKeyUsage=anyExtendedKeyUsage
answer client cloud.req ,pathlen:0 keyCertSign,cRLSign \
    extendedKeyUsage=serverAuth,clientAuth
install 4 'server.pem: RFC 5280 4.2.1.12: extKeyUsage: lacks 1.3.6.1.5.5.7.3.2' \
    cloud server.pem
install 0 active cloud any.pem --dry-run
install 0 active cloud client.pem
issue 0 issued cloud --dry-run
issue 4 'cloud: RFC 5280 4.2.1.12: extKeyUsage: lacks 1.3.6.1.5.5.7.3.3' cloud \
    --profile code-signing
put_in_place server cloud
issue 4 'cloud: RFC 5280 4.2.1.12: extKeyUsage: lacks 1.3.6.1.5.5.7.3.2' cloud

# Each purpose of a profile, not its first alone.
# changed NAME OF MEMBER: NAME.json, the shipped profile OF and a member more
changed() {
    jq ".name = \"$1\" | $3" "$TREE/pki-templates/$2.json" >"$1.json"
}
DEVCA_STORE=$work/own
expect 0 . init --org Acme --country DE --no-passphrase
expect 0 . root create --name 'Acme Root'
changed narrow intermediate '.extensions.extKeyUsage = {purposes: ["2.999.1"]}'
changed both code-signing '.extensions.extKeyUsage.purposes = ["2.999.1", "codeSigning"]'
changed one code-signing '.extensions.extKeyUsage.purposes = ["2.999.1"]'
expect 0 active product add tool --uid-format hex:4 --profile narrow.json
issue 4 'both: RFC 5280 4.2.1.12: /extensions/extKeyUsage: 1.3.6.1.5.5.7.3.3 is no purpose of the issuer.s profile narrow' \
    tool --profile both.json
issue 0 issued tool --profile one.json --dry-run
expect 4 'ieee.*|narrow' product add other --profile narrow.json \
    --device-profile aws-iot-device

expect 0 active product add azure --uid-format hex:4 \
    --device-profile azure-dps-device

# What a device is told by is not a request's to say.
changed cn azure-dps-device '.subject += [{attribute: "serialNumber", value: "none"}]'
expect 4 'serialNumber that is not \{uid\}' profile check cn.json
changed cn azure-dps-device '.subject += [{attribute: "serialNumber", value: "none"}] |
    .fromRequest = ["subject.serialNumber"]'
expect 4 'serialNumber' profile check cn.json
changed taken code-signing '.subject = [{attribute: "commonName", value: "{uid}"},
    {attribute: "serialNumber", value: "none"}] | .fromRequest = ["subject.serialNumber"]'
expect 4 '/fromRequest: a verifier reads the UID in serialNumber' profile check taken.json
# One that was recorded before makes no device, and its product has its lists.
expect 0 active product add old --uid-format hex:4 --device-profile azure-dps-device
sqlite3 own/identity.db "UPDATE profile SET document =
    CAST(readfile('cn.json') AS BLOB) WHERE name = 'azure-dps-device'
    AND product_id = (SELECT id FROM product WHERE name = 'old')"
issue 4 'serialNumber that is not' old
expect 0 crl_number crl --product old --out old.crl
# Partitions of one product's profiles keep apart.
places() {
    changed "$1" ieee8021ar-idevid ".extensions.cRLDistributionPoints =
        {fullName: [\"http://crl.example/$2\"], shards: $3}"
}
places two '{org}/{shard}.crl' 2
places three 'Acme/{shard}.crl' 3
places like-two '{org}/{shard}.crl' 2
places apart 'apart/{shard}.crl' 3
expect 0 active product add parts --uid-format hex:4 --device-profile two.json
issue 3 'three: RFC 5280 5.2.5: .*fullName/0: is a place of profile two.s lists' \
    parts --profile three.json --dry-run
true_that 'a way out is told' grep -q 'the same fullName and shards' err
expect 3 'three: RFC 5280 5.2.5' crl --product parts --shard 1 \
    --profile three.json --out three.crl
issue 0 issued parts --profile like-two.json --dry-run
issue 0 issued parts --profile apart.json --out apart.pem
expect 0 'shard.*3/3' crl --product parts --shard 3 --profile apart --dry-run
expect 0 'shard.*2/2' crl --product parts --shard 2 --dry-run
# What cannot be one text is no place of both.
# device PRODUCT UID PROFILE: issues for a key of its own
device() {
    request "$1-$2"
    expect 0 issued issue --csr "$1-$2.csr" --out "$1-$2.pem" --product "$1" \
        --uid "$2" --profile "$3"
}
both_places() {
    places "$1" "$2\", \"http://crl.example/$3" "$4"
}
both_places folder '{shard}.crl' '2/{shard}.crl' 4
both_places zero '{product}/{shard}.crl' '{product}/0{shard}.crl' 4
both_places eleven '{shard}.crl' '1{shard}.crl' 11
both_places named-so '{product}{shard}.crl' 'x{shard}.crl' 11
places product '{product}/{shard}.crl' 4
places deeper '{product}/802.1ar/{shard}.crl' 8
places year '{product}/2027.crl' 4
jq 'del(.extensions.cRLDistributionPoints.shards)' year.json >whole.json
for name in folder zero; do
    expect 0 sound profile check $name.json
    expect 0 active product add $name --uid-format hex:4 --device-profile $name.json
    device $name 00000001 $name.json
    expect 0 'shard.*2/4' crl --product $name --shard 2 --out $name.crl
done
expect 4 'fullName/0: is another place of the profile' profile check eleven.json
expect 4 'in another partition' product add eleven --uid-format hex:4 \
    --device-profile eleven.json
expect 0 sound profile check named-so.json
expect 3 'named-so: RFC 5280 5.2.5: .*is another place' product add x1 \
    --uid-format hex:4 --device-profile named-so.json
expect 0 active product add x1 --uid-format hex:4
issue 3 'named-so: RFC 5280 5.2.5: .*is another place' x1 --profile named-so.json
expect 0 active product add x2 --uid-format hex:4 --device-profile named-so.json
expect 0 active product add near --uid-format hex:4 --device-profile product.json
device near 00000001 deeper.json
device near 00000002 whole.json
expect 0 'shard.*4/4' crl --product near --shard 4 --out near.crl
expect 0 'shard.*8/8' crl --product near --shard 8 --profile deeper --out near-8.crl

# Both on record, or one as it would be refused now: no list of a partition, but
# one of all, which is told.
expect 0 active product add twice --uid-format hex:4 --device-profile two.json
jq '.extensions.cRLDistributionPoints.shards = 3' two.json >two-3.json
sqlite3 own/identity.db "INSERT INTO profile (product_id, name, digest, document)
    SELECT product_id, 'two-3', digest, CAST(readfile('two-3.json') AS BLOB)
    FROM profile WHERE name = 'two'
    AND product_id = (SELECT id FROM product WHERE name = 'twice')"
expect 3 'two: RFC 5280 5.2.5: .*place of profile two.s lists' crl \
    --product twice --shard 1 --out twice.crl
true_that 'a way out is told' grep -q 'crl without --shard makes the list of all' err
expect 0 crl_number crl --product twice --out twice.crl
expect 0 crl_number crl --product twice --delta --out delta.crl
recorded_as() {
    expect 0 active product add "$1" --uid-format hex:4 --device-profile two.json
    sqlite3 own/identity.db "UPDATE profile SET document =
        CAST(readfile('$1.json') AS BLOB) WHERE name = 'two'
        AND product_id = (SELECT id FROM product WHERE name = '$1')"
    issue 4 'RFC 5280 5.2.5' "$1"
    expect 3 "$2" crl --product "$1" --shard 1 --out "$1.crl"
    true_that 'a way out is told' grep -q 'crl without --shard makes' err
    expect 0 crl_number crl --product "$1" --out "$1.crl"
}
places all-in-one 'all.crl' 3
jq '.extensions.cRLDistributionPoints.fullName += ["http://crl.example/{shard}"]' \
    all-in-one.json >of-all.json
recorded_as of-all 'a place without \{shard\} is every partition'
both_places once '{shard}.crl' '1{shard}.crl' 11
recorded_as once 'is another place of the profile'
places by-device '{uid}/{shard}.crl' 2
recorded_as by-device 'RFC 5280'
expect 3 'no partitioned CRLs' crl --product azure --shard 1 --out azure.crl
true_that 'a way out is told' grep -q 'crl without --shard makes' err

# Two profiles of one name, the second when the first is about to be recorded.
same_name() {
    jq ".name = \"same\" | .validity.notAfter = \"$2\"" \
        "$TREE/pki-templates/ieee8021ar-ldevid.json" >"$1.json"
}
same_name same-4 P4Y
same_name same-6 P6Y
mkfifo gate
# behind NAME PROFILE: issues NAME.pem while another, by same-4.json, knows that no
# such profile is on record and waits for the passphrase of its key.
behind() {
    expect 0 active product add "$1" --uid-format hex:4
    devca issue --product "$1" --uid 00000001 --profile same-4.json \
        --generate-key --key-out "$1-4.key" --key-passphrase file:gate \
        --out "$1-4.pem" >waited 2>&1 &
    {
        device "$1" 00000002 "$2"
        echo secret >&3
    } 3>gate
    status=0
    wait $! || status=$?
}
recorded() {
    sqlite3 own/identity.db "SELECT count(*) FROM profile WHERE name = 'same'
        AND product_id = (SELECT id FROM product WHERE name = '$1')"
}
behind others same-6.json
same 'the other one is refused' 3 $status
true_that 'and told why' grep -q 'recorded another profile as "same"' waited
same 'one profile of a name' 1 "$(recorded others)"
behind alike same-4.json
same 'the same one is used' 0 $status
same 'one profile of a name' 1 "$(recorded alike)"
same 'recorded once' 1 \
    "$(devca --json audit log --act profile --object alike | wc -l)"

# The owner's name is in the places of partitions that certificates name.
expect 0 active product add named --uid-format hex:4 --device-profile two.json
expect 0 'dry_run.true' settings set --org Other --dry-run
request named
expect 0 issued issue --product named --uid 01020304 --csr named.csr --out named.pem
for dry in '' --dry-run; do
    expect 3 'named: RFC 5280 5.2.5: .*fullName: profile two has certificates' \
        settings set --org Other $dry
done
expect 0 'changed.true' settings set --country FR
expect 0 'org.Acme' settings show
# Nor does a new name bring the places of two profiles together.
places of-owner '{org}/{shard}.crl' 2
places of-newco 'Newco/{shard}.crl' 3
places of-other 'Other/1.crl' 3
jq 'del(.extensions.cRLDistributionPoints.shards)' of-other.json >whole-other.json
sed -i 's/"of-other"/"whole-other"/' whole-other.json
expect 0 . --store meeting init --org Acme --no-passphrase
DEVCA_STORE=$work/meeting
expect 0 . root create --name 'Acme Root'
expect 0 active product add meeting --uid-format hex:4 --device-profile of-owner.json
device meeting 00000001 of-newco.json
device meeting 00000002 whole-other.json
for name in Newco Other; do
    for dry in '' --dry-run; do
        expect 3 "meeting: RFC 5280 5.2.5: .*fullName: by the new owner places" \
            settings set --org $name $dry
    done
    true_that 'a way out is told' grep -q 'a store of their own' err
done
expect 0 'shard.*2/3' crl --product meeting --shard 2 --profile of-newco --out m.crl
expect 0 'changed.true' settings set --org Third
expect 0 'org.Third' settings show
DEVCA_STORE=$work/own
changed cn-taken station '.subject[1].value = "station" |
    .fromRequest = ["subject.commonName"]'
issue 3 'cn-taken: libdevid identity: /fromRequest: .*profile azure-dps-device' \
    azure --profile cn-taken.json --dry-run
issue 0 issued parts --profile cn-taken.json --dry-run
nothing_left
done_testing
