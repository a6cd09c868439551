# SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
# bash completion for holdfast-image; options come from the tool itself.

_holdfast_image()
{
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} verb=${COMP_WORDS[1]}

	if ((COMP_CWORD == 1)); then
		mapfile -t COMPREPLY < <(compgen -W "fit verity disk slot write show ls cat --help --version" -- "$current")
		return
	fi
	case $previous in
	--compression) mapfile -t COMPREPLY < <(compgen -W "none gzip lz4 zstd" -- "$current"); return ;;
	--hash) mapfile -t COMPREPLY < <(compgen -W "sha256 sha384 sha512" -- "$current"); return ;;
	--arch) mapfile -t COMPREPLY < <(compgen -W "arm64 arm" -- "$current"); return ;;
	--board) mapfile -t COMPREPLY < <(compgen -W "virt-arm64 virt-arm ast2600-evb orangepi-pc
		vexpress-a15 vexpress-a15-flash raspi3b zcu102" -- "$current"); return ;;
	--verity-flag)
		mapfile -t COMPREPLY < <(compgen -W "restart-on-corruption panic-on-corruption restart-on-error
			panic-on-error check-at-most-once" -- "$current")
		return
		;;
	esac
	if [[ $current == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(holdfast-image "$verb" --usage 2>/dev/null |
			grep -oE -- '--[a-z-]+')" -- "$current")
	elif [[ $verb == slot ]] && ((COMP_CWORD == 3)); then
		mapfile -t COMPREPLY < <(compgen -W "a b recovery" -- "$current")
	else
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
	fi
}
complete -o filenames -F _holdfast_image holdfast-image
