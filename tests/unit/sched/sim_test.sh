#!/bin/sh
# sim_test.sh SCHED-SIM PLOTS WORKLOAD...: what a person types, and that the plots in
# the tree are what the workloads give now. Prints TAP.
sim=$1
plots=$2
shift 2
n=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

result() { # STATUS NAME
	n=$((n + 1))
	if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi
}

# fails STATUS WORDS ARGUMENT...: that exit status, and the words on stderr.
fails() {
	want=$1 words=$2
	shift 2
	"$sim" "$@" >"$tmp/out" 2>"$tmp/err"
	[ $? = "$want" ] && grep -q -e "$words" "$tmp/err"
	result $? "sched-sim $*: $words"
}

echo 1..13
"$sim" --help | grep -q '^usage: sched-sim'
result $? "help"
fails 2 "no workload"
fails 2 "there is no model 'fifo'" --model fifo "$1"
fails 2 "no seed 'x'" --seed x "$1"
fails 2 "no seed '-1'" --seed -1 "$1"
fails 1 "No such file" "no-such-file.txt"
printf 'title x\nplugin p\ntask t\n\tcompute 3 ms\n' >"$tmp/bad.txt"
fails 1 "bad.txt: line 4: the time is a time such as 300us, not '3'" "$tmp/bad.txt"
fails 1 "is there room, and the folder" --svg "$tmp/no/such.svg" "$1"

"$sim" --json "$1" >"$tmp/a" && "$sim" --json "$1" >"$tmp/b" && cmp -s "$tmp/a" "$tmp/b"
result $? "a run can be repeated"
"$sim" --json --seed 99 "$1" >"$tmp/b" && ! cmp -s "$tmp/a" "$tmp/b"
result $? "another seed is another run"
python3 -c 'import json, sys; n = [json.loads(l)["model"] for l in open(sys.argv[1])]; sys.exit(len(n) != 5)' \
	"$tmp/a"
result $? "JSON, a line for each of five models"
"$sim" --model eevdf "$1" | grep -c '^    [a-z]' >"$tmp/n" && "$sim" "$1" | grep -q '^    osaas'
result $? "a table"

mkdir "$tmp/plots" && "$sim" --svg "$tmp/plots" "$@" && diff -rq "$plots" "$tmp/plots" | sed 's/^/# /'
diff -rq "$plots" "$tmp/plots" >/dev/null
result $? "the plots in the tree are up to date (ninja sim-plots draws them)"
