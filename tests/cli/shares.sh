#!/bin/sh
# The root's key as shares on paper, and back into a store that lost it.
. "$(dirname "$0")/lib.sh"
main_store
expect 0 'key_fingerprint' key split --root --threshold 3 --shares 5 \
    --out shares --passphrase file:pass
same 'five shares' 5 "$(find shares -type f | wc -l)"
same 'for their holders alone' 600 "$(stat -c %a shares/share-1-of-5.txt)"
same 'the folder too' 700 "$(stat -c %a shares)"
same 'on record' 'key export' "$(devca --json audit log --after 3 | jq -r .act)"
same 'and no octet of a share in it' 0 \
    "$(devca --json audit log | grep -c "$(sed -n 2p shares/share-1-of-5.txt |
        cut -c 12-30)")"
expect 5 'exists already' key split --root --threshold 3 --shares 5 \
    --out shares --passphrase file:pass
not_true_that 'a way that key split has not' grep -e --force err
expect 0 'true' key split --root --threshold 2 --shares 2 --dry-run \
    --passphrase file:pass
expect 2 'threshold' key split --root --threshold 6 --shares 5 --out x \
    --passphrase file:pass
expect 2 'threshold' key split --root --threshold 1 --shares 5 --out x \
    --passphrase file:pass
expect 2 'one of' key split --threshold 2 --shares 5 --out x
expect 1 'no product' key split --product none --threshold 2 --shares 3 \
    --out y --passphrase file:pass
expect 6 '*' key split --root --threshold 2 --shares 3 --out z \
    --passphrase env:NO_SUCH
mkdir there
expect 6 '*' key split --root --threshold 2 --shares 3 --out there \
    --passphrase env:NO_SUCH
same 'nothing of those that failed' there "$(find x y z there 2>/dev/null)"

# A holder looks at one; the shares together name the root's key.
spki=$(openssl x509 -in root.pem -noout -pubkey | openssl pkey -pubin \
    -outform DER | sha256sum | cut -d ' ' -f 1)
expect 0 'given' key check-shares shares/share-2-of-5.txt
same 'one alone names no key' null \
    "$(devca --json key check-shares shares/share-2-of-5.txt |
        jq -r .key_fingerprint)"
same 'three name the root key' "$spki" \
    "$(devca --json key check-shares shares/share-[135]-of-5.txt |
        jq -r .key_fingerprint)"

# Typed from paper, in small letters and one line; a slip is found.
grep -v '^#' shares/share-4-of-5.txt | tr 'A-Z\n' 'a-z ' >typed
expect 0 "$spki" key check-shares typed shares/share-2-of-5.txt \
    shares/share-5-of-5.txt
sed 's/^\(...\)./\17/' typed >slip
cmp -s typed slip && sed 's/^\(...\)./\12/' typed >slip
expect 4 'does not add up|not a share' key check-shares slip
printf '# nothing\n' >empty
expect 4 'not a share' key check-shares empty
printf 'ABC!' >odd
expect 4 'no letter' key check-shares odd
expect 5 'nosuch' key check-shares nosuch

# Back again.
expect 3 '2 given, 3 are needed' key combine shares/share-[12]-of-5.txt \
    --out back.pem --no-passphrase
expect 4 'given twice' key combine shares/share-[12]-of-5.txt \
    shares/share-1-of-5.txt --out back.pem --no-passphrase
expect 2 'one of' key combine shares/share-[123]-of-5.txt --out back.pem
same 'nothing came of those' 1 "$([ -e back.pem ]; echo $?)"
expect 0 "$spki" key combine shares/share-[245]-of-5.txt --out back.pem \
    --passphrase file:pass
same 'for its owner alone' 600 "$(stat -c %a back.pem)"
same 'openssl reads it' "$(openssl x509 -in root.pem -noout -pubkey)" \
    "$(openssl pkey -in back.pem -passin file:pass -pubout)"
uri=$(sqlite3 -readonly store/identity.db \
    'SELECT key_uri FROM authority WHERE kind = 1')
mv "store/${uri#file:}" lost.pem
expect 6 '*' crl --root --out r.crl --passphrase file:pass
cp back.pem "store/${uri#file:}"
expect 0 crl_number crl --root --out r.crl --passphrase file:pass
expect 0 'findings[^0-9]*0$' audit verify
nothing_left
done_testing
