# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
# bash completion for holdfast-keys.
# shellcheck shell=bash

_holdfast_keys_options() {
	local common="--output --dry-run --quiet --verbose --json --yes --help --version"

	case $1 in
	new) echo "--alg --role --encrypt $common" ;;
	import) echo "--key --key-name --role --encrypt $common" ;;
	pub) echo "--key --role $common" ;;
	list | show) echo "$common" ;;
	enroll) echo "--key --name --role --required --threshold --mode --hash --padding $common" ;;
	sign) echo "--key --key-name --config --hash --padding --replace --reserve --provenance --builder $common" ;;
	request) echo "--key --key-name --config --hash --padding --replace --reserve --trust --check $common" ;;
	attach) echo "--key --key-name --config --hash --padding --replace --reserve --trust --request --signature $common" ;;
	inspect | report) echo "--trust --provenance $common" ;;
	doctor) echo "--trust --key --fit --board --floor --release --code $common" ;;
	rotate) echo "--from --fleet --to --add --add-optional --retire --without --signed-by --apart --no-bridge --trust --installed --config $common" ;;
	revoke) echo "--trust --key --key-id --list-version --config --replace --show $common" ;;
	verify) echo "--trust --config --compatible --floor --release --deep --root --provenance $common" ;;
	esac
}

# The tool's own list: it names them when it is given none.
_holdfast_keys_codes() {
	"${COMP_WORDS[0]}" doctor --code . 2>&1 | sed -n 's/.*: not one of //p' | tr -d ,
}

_holdfast_keys() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]-}
	local words=""

	COMPREPLY=()
	if [[ $COMP_CWORD -eq 1 ]]; then
		mapfile -t COMPREPLY < <(compgen -W "new import list pub show enroll sign request attach verify inspect report rotate revoke doctor --help --version" -- "$word")
		return
	fi
	if [[ $verb == rotate && $COMP_CWORD -eq 2 && $word != -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "plan check" -- "$word")
		return
	fi
	case $before in
	--alg) words="rsa3072 rsa4096 ecdsa-p256 ecdsa-p384" ;;
	--role) words="test dev release root" ;;
	--required) words="conf no" ;;
	--mode) words="any all" ;;
	--hash) words="sha256 sha384 sha512" ;;
	--padding) words="pkcs-1.5 pss" ;;
	--code) words=$(_holdfast_keys_codes) ;;
	--key | --trust | --from | --fleet | --to | --add | --add-optional | --installed | --fit | --root | --provenance | --request | --check | --signature | --output | -o)
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return
		;;
	esac
	[[ -z $words && $word == -* ]] && words=$(_holdfast_keys_options "$verb")
	if [[ -n $words ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
	else
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
	fi
}

complete -o filenames -F _holdfast_keys holdfast-keys
