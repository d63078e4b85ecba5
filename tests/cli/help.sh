#!/bin/sh
# Help, man page and completions come from the table of commands.
. "$(dirname "$0")/lib.sh"
expect 0 'usage: devca' help
expect 0 'usage: devca' --help
expect 2 'needs a command'
commands='init root,create root,sign product,add product,request
product,install product,list product,show issue revoke crl export query show
verify key,list key,show key,test key,split key,combine key,check-shares profile,list profile,show profile,check lint doctor backup restore settings,show settings,set
ceremony,run
audit,log audit,verify audit,checkpoint audit,prove audit,verify-proof completion help version'
for command in $commands; do
    words=$(echo "$command" | tr , ' ')
    expect 0 "usage: devca $words" help $words
    expect 0 "usage: devca $words" $words --help
    true_that "overview names $words" sh -c \
        '"$DEVCA" help | grep -q "^  $1 "' - "$words"
    true_that "man page names $words" sh -c \
        '"$DEVCA" help --man | grep -q "^.SS $1\$"' - "$words"
done
same 'commands in the man page' "$(echo $commands | wc -w)" \
    "$(devca help --man | grep -c '^\.SS ')"
devca help --man >devca.1
if command -v groff >/dev/null; then
    groff -man -Tutf8 -ww devca.1 >page 2>warnings
    same 'groff has nothing to say' '' "$(cat warnings)"
fi
for shell in bash zsh fish; do
    devca completion $shell >completion.$shell
    command -v $shell >/dev/null || continue
    true_that "$shell reads its completion" $shell -n completion.$shell
done
expect 2 'not bash, zsh or fish' completion tcsh
cat >try.bash <<'END'
. ./completion.bash
COMP_WORDS=(devca product '') COMP_CWORD=2
_devca
echo "${COMPREPLY[*]}"
COMP_WORDS=(devca --store x issue --cs) COMP_CWORD=4
_devca
echo "${COMPREPLY[*]}"
COMP_WORDS=(devca --actor joe issue --pro) COMP_CWORD=4
_devca
echo "${COMPREPLY[*]}"
COMP_WORDS=(devca key --json --store = x --actor = joe sp) COMP_CWORD=9
_devca
echo "${COMPREPLY[*]}"
END
cat >wanted <<'END'
add request install list show
--csr
--product --profile
split
END
same 'bash completes verbs and options' "$(cat wanted)" "$(bash try.bash)"
# A word of fish: plain, or in quotes, where a backslash is before ' and \ alone.
word="([^' ]+|'([^'\\\\]|\\\\['\\\\])*')"
same 'every quote of fish is closed' '' \
    "$(grep -vE "^complete( $word)+\$" completion.fish)"
true_that 'fish is told the text' grep -qF -- \
    "-l uid -r -d 'the chip\'s unique ID in hex'" completion.fish
for shell in bash zsh; do
    true_that "$shell passes over a value" grep -qF -- '--store|--actor)' \
        completion.$shell
done
expect 0 'wolfcrypt_build' version
same 'version in JSON' 'devca/1' "$(devca version --json | jq -r .schema)"
done_testing
