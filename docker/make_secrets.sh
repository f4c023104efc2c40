#!/bin/sh
# Makes the secrets that compose.yaml reads, once; those that are there stay.
#
# Compose mounts a secret with the file's own mode, and the containers' users are not you: hence readable files in a
# folder that only you may enter.
set -eu
folder="$(dirname "$0")/secrets"
umask 077
mkdir -p "$folder"

random() {
    od -An -N24 -tx1 /dev/urandom | tr -d ' \n'
}

keep() { # keep NAME VALUE
    [ -e "$folder/$1" ] || printf '%s' "$2" >"$folder/$1"
    chmod 444 "$folder/$1"
}

keep database_password "$(random)"
keep database_url "postgresql://rufwerk:$(cat "$folder/database_password")@postgres/rufwerk"
keep phone_password "$(random)-"
keep grafana_password "$(random)"
echo "The secrets are in $folder. A phone's SIP password is the text in phone_password and then its number."
