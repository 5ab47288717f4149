#!/bin/sh
# Makes the secrets that docker-compose.yml mounts, once: what is there already is kept.
#
#   sh deploy/make-secrets.sh [FOLDER]
#
# The folder is closed to others, the files in it are not: compose mounts them as they are, and the users inside of the
# containers are nobody on this machine.
set -eu
umask 077

folder="${1:-$(dirname "$0")/secrets}"
mkdir -p "$folder"
chmod 700 "$folder"

# What all keys of the installation are derived from. Back it up, apart from the database.
[ -e "$folder/secret" ] || openssl rand -base64 48 > "$folder/secret"

# The secret of the client in deploy/clients.json.
[ -e "$folder/client_secret" ] || openssl rand -hex 32 > "$folder/client_secret"

# Production hands mail over TLS with a valid certificate only, on a trial too: this one is Mailpit's.
if [ ! -e "$folder/mailpit.crt" ]; then
  openssl req -x509 -newkey rsa:2048 -nodes -days 825 -subj /CN=mailpit -addext subjectAltName=DNS:mailpit \
    -keyout "$folder/mailpit.key" -out "$folder/mailpit.crt" 2> /dev/null
fi

chmod 444 "$folder"/secret "$folder"/client_secret "$folder"/mailpit.key "$folder"/mailpit.crt
