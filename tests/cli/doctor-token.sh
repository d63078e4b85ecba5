#!/bin/sh
# The doctor and keys on a token: there, and those of their CAs.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/token.sh"
make_token acme
(umask 077 && echo 4321 >wrong)
expect 0 plain init --org Acme --country DE --no-passphrase
expect 0 . root create --name 'Acme Root' --key-uri "$(key root)" --pin file:pin
expect 0 active product add meter-3 --key-uri "$(key meter-3)" --pin file:pin

# finds WHAT STATUS FINDINGS [OPTION...]: "check object" of each, sorted.
finds() {
    what=$1
    wanted="$2 $3"
    shift 3
    devca --json doctor "$@" >out 2>err
    same "$what" "$wanted" "$? $(jq -r 'select(.check) | .check' out | sort |
        xargs)"
}

finds 'a sound store' 0 '' --pin file:pin
finds 'nothing is known without the PIN' 0 ''
finds 'a PIN that is wrong' 1 'key-token key-token' --pin file:wrong
true_that 'what to do about a PIN' grep -q '"todo":"plug the token in' out
true_that 'and why' grep -q 'PIN is wrong' out
expect 6 'PIN of the token: No such file' doctor --pin file:nosuch

cp -R store sound
root=$(sqlite3 store/identity.db 'SELECT key_uri FROM authority WHERE kind = 1')
product=$(sqlite3 store/identity.db \
    'SELECT key_uri FROM authority WHERE kind = 2')
sqlite3 store/identity.db \
    "UPDATE authority SET key_uri = '$product' WHERE kind = 1;
     UPDATE authority SET key_uri = '$root' WHERE kind = 2"
finds 'keys swapped' 1 'key-match key-match' --pin file:pin
true_that 'whose they are' grep -q 'is not the key of the CA meter-3' out
rm -rf store && cp -R sound store

mv tokens away
finds 'the token is gone' 1 'key-token key-token' --pin file:pin
mv away tokens
id=$(echo "$product" | sed -n 's/.*;id=\([%0-9A-Fa-f]*\).*/\1/p' | tr -d %)
true_that 'a key is taken away' pkcs11-tool --module "$real" --token-label acme \
    --login --pin geheim-0815 --delete-object --type privkey --id "$id"
finds 'a key is gone' 1 'key-token' --pin file:pin
true_that 'which' grep -q 'object=meter-3' out
done_testing
