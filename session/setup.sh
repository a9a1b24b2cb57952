# What session/run and tests/run share. Sourced by POSIX sh; $top is the project.

say() {
	printf 'osaas: %s\n' "$*" >&2
}

die() {
	say "$@"
	exit 1
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "not root and no sudo: run as root once: $*"
	fi
}

# missing_packages FILE ...: those of the lists that are not installed.
missing_packages() {
	sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$@" | sort -u | while read -r package; do
		dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^.i' ||
			printf '%s\n' "$package"
	done
}

# install_packages FILE ...: installs what is missing of the lists.
install_packages() {
	command -v dpkg-query >/dev/null ||
		die "this is not Debian: install what is listed in $*, then use meson by hand"
	missing=$(missing_packages "$@" | tr '\n' ' ')
	[ -n "$missing" ] || return 0
	say "installing: $missing"
	log=${TMPDIR:-/tmp}/osaas-install.$$.log
	as_root apt-get update >"$log" 2>&1 ||
		die "apt-get update failed, see $log; is there a network?"
	# shellcheck disable=SC2086 # a list
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
		$missing >>"$log" 2>&1 || die "installing failed, see $log"
	rm -f "$log"
}

# build_into DIR [meson options]: configures when that is needed, builds what changed. Options of
# an earlier call stay; what else lies in DIR stays too.
build_into() {
	dir=$1
	shift
	if [ ! -f "$dir/build.ninja" ]; then
		say "configuring $(basename "$dir")"
		rm -rf "$dir/meson-private" "$dir/osaas-options"
		meson setup "$dir" "$top" "$@" >"$dir.log" 2>&1 || {
			tail -n 20 "$dir.log" >&2
			die "meson setup failed, the whole log is $dir.log"
		}
		rm -f "$dir.log"
	elif [ $# -gt 0 ] && [ "$(cat "$dir/osaas-options" 2>/dev/null)" != "$*" ]; then
		say "configuring $(basename "$dir") with $*"
		meson configure "$dir" "$@" >/dev/null || die "meson configure failed"
	fi
	[ $# = 0 ] || printf '%s\n' "$*" >"$dir/osaas-options"
	if ! ninja -C "$dir" -n | grep -q 'no work to do'; then
		say "building $(basename "$dir")"
		if [ -t 1 ]; then # it shows how far it is
			ninja -C "$dir" || die "the build failed"
			return
		fi
		ninja -C "$dir" >"$dir/build.log" 2>&1 || {
			grep -E -A5 'error|FAILED' "$dir/build.log" | head -n 60 >&2
			die "the build failed, the whole log is $dir/build.log"
		}
	fi
}
