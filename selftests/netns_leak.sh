#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A hundred namespaces are created, used and deleted in parallel: afterwards
# there are no more namespaces, no more per-CPU memory and no more of the
# module's own slab objects than before, and no count of theirs is anywhere else.
#
# Kernels: source; kernels differ in how a namespace ends, and in what is freed when
# Older: one; states_netns_delete is on both

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

readonly NAMESPACES=${NAMESPACES:-100}
# What one namespace of ours takes a CPU, about; half of what a leak of all
# would show is the limit, the kernel's own caches move by less.
readonly BYTES=3000

slab_objects() {
	awk -v name="$1" '$1 == name { n += $2 } END { print n + 0 }' /proc/slabinfo
}

use() {
	[ "$(namespaces -n "$NAMESPACES" -p 8 lifecycles -t 2 -n 6)" -eq "$NAMESPACES" ]
}

use_and_end() {
	use || return
	end_namespaces 60 || { echo "they do not end"; return 1; }
	echo 3 >/proc/sys/vm/drop_caches
}

percpu_did_not_grow() {
	local cpus limit percpu_after
	percpu_after=$(percpu_kb)
	cpus=$(getconf _NPROCESSORS_CONF)
	limit=$((NAMESPACES * BYTES * cpus / 1024 / 2))
	echo "Percpu $percpu_before kB -> $percpu_after kB, limit +$limit kB"
	[ $((percpu_after - percpu_before)) -le "$limit" ]
}

slabs_did_not_grow() {
	echo "tcpulse_fin_wait2 $slab_before -> $slab_after"
	[ "$slab_after" -le $((slab_before + 64)) ]
}

# Memory of a namespace that has ended is given to a new one.
fresh_is_empty() {
	setup_ns fresh
	tcpulse_get -N "$fresh" all >"$TMP/fresh" && awk '
	$1 == "state" { n++; if ($4 + $5 + $6 + $7 + $8 + $9) { print; bad = 1 } }
	$1 == "transition" && $6 { print; bad = 1 }
	END { exit bad || n != 20 }' "$TMP/fresh"
}

first_adds_up() {
	tcpulse_get all >"$TMP/first" && rows conserved "$TMP/first"
}

fresh=''

need_tcpulse
[ -r /proc/slabinfo ] || skip_all "no /proc/slabinfo"
mark_log
ktap_plan 8
start_bystander
check "warm-up: namespaces are created, used and deleted, and end" use_and_end
percpu_before=$(lowest_percpu_kb)
slab_before=$(slab_objects tcpulse_fin_wait2)
check "so are as many, and end" use_and_end
slab_after=$(slab_objects tcpulse_fin_wait2)
check "per-CPU memory did not grow" busywait 20 percpu_did_not_grow
check "the module's slab did not grow" slabs_did_not_grow
check "a new namespace has no counts" fresh_is_empty
check "the first namespace adds up" first_adds_up
check "other namespaces did not move" assert_bystander_unmoved
check "no message of the kernel" assert_no_splat
