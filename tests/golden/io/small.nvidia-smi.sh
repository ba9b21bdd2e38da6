#!/bin/sh
# Cuts GPUs into MIG instances as a Tangram deployment says: every GPU instance at its place
# (profile:first memory slice), each with one compute instance of full size.
#
# Usage: sh SCRIPT [--apply] [GPU or node]...
#   Without --apply it only prints the commands. With --apply it runs them (as root) and stops at
#   the first that fails. With names, only those GPUs or the GPUs of those nodes.
#
# Before --apply, for each device:
#   - MIG mode must be on:     nvidia-smi -i DEVICE -mig 1
#     (A100 and A30 need a GPU reset for that; instances do not survive a reboot.)
#   - its places must be free: nvidia-smi mig -lgi -i DEVICE
#     An occupied place fails ("Insufficient Resources") and nothing is destroyed to make room.
#     To clear a device that nobody uses:
#     nvidia-smi mig -dci -i DEVICE && nvidia-smi mig -dgi -i DEVICE
# This script does neither of these.
#
# Devices: gpu-N is the device with index N of this machine; UUIDs and PCI bus ids stand
# for themselves. Compare with `nvidia-smi -L`.

set -eu
apply=no
wanted=
for argument in "$@"; do
    case $argument in
        --apply) apply=yes ;;
        -h | --help) sed -n '2,/^$/s/^# \{0,1\}//p' "$0"; exit 0 ;;
        -*) echo "$0: unknown option $argument; see --help" >&2; exit 2 ;;
        *) wanted="$wanted|$argument|" ;;
    esac
done
known=

# create GPU NODE DEVICE INSTANCES WHAT
create() {
    if [ -n "$wanted" ]; then
        case $wanted in
            *"|$1|"*) ;;
            *) case ${2:+$wanted} in *"|$2|"*) ;; *) return 0 ;; esac ;;
        esac
        known="$known|$1|$2|"
    fi
    printf '# %s, device %s%s: %s\n' "$1" "$3" "${2:+ of node $2}" "$5"
    printf '%s\n' "nvidia-smi mig -i $3 -cgi $4 -C"
    if [ "$apply" = yes ]; then
        nvidia-smi mig -i "$3" -cgi "$4" -C
    fi
}

create 'gpu-0' '' '0' 14:0,19:3,9:4 '2g.20gb photos, 1g.10gb idle, 3g.40gb bert "large"'
create 'gpu-1' '' '1' 0:0 '7g.80gb bert "large"'

for argument in "$@"; do
    case "|--apply|$known" in
        *"|$argument|"*) ;;
        *) echo "$0: nothing here is called $argument" >&2; exit 2 ;;
    esac
done
if [ "$apply" = no ]; then
    echo '# Nothing was done. Run again with --apply to do it.'
fi
