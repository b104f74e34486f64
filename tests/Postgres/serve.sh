#!/usr/bin/env bash
# Runs a PostgreSQL server of its own, with the machine's own programs, in a temporary folder: serve.sh PORT
# Prints "ready FOLDER" once it answers on 127.0.0.1:PORT (user velodrome, no password), and is gone with its folder when
# standard input ends: when the caller closes it, or dies however it dies. A line "restart" there breaks every connection and
# loses what was not committed; "restarted" is the answer.
set -euo pipefail
cd / # the server's user may not read the folder this was called in
port=$1

# PostgreSQL refuses to run as root; its package brings a user for it.
as=()
if (($(id -u) == 0)); then as=(runuser -u postgres --); fi

bin=$(dirname "$(command -v pg_ctl || ls -d /usr/lib/postgresql/*/bin/pg_ctl | sort -V | tail -n 1)")
folder=$("${as[@]}" mktemp -d "${TMPDIR:-/tmp}/velodrome-postgres-XXXXXX")

stop() {
  "${as[@]}" "$bin/pg_ctl" stop -D "$folder/data" -m immediate > /dev/null 2>&1 || true
  rm -rf "$folder"
}
trap stop EXIT
trap 'exit 1' INT TERM

"${as[@]}" "$bin/initdb" -D "$folder/data" -U velodrome --auth=trust --encoding=UTF8 --locale=C --no-sync > "$folder/initdb.log" 2>&1 ||
  { cat "$folder/initdb.log" >&2; exit 1; }

# A killed process loses nothing without fsync, only a power cut does. Options that a restart by pg_ctl must keep stand in the file.
"${as[@]}" tee -a "$folder/data/postgresql.conf" > /dev/null << END
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$folder'
max_connections = 300
fsync = off
END

"${as[@]}" "$bin/pg_ctl" start -w -t 60 -D "$folder/data" -l "$folder/server.log" > /dev/null < /dev/null 2>&1 ||
  { cat "$folder/server.log" >&2; exit 1; }
echo "ready $folder"
while read -r word; do # until the caller is gone
  [[ $word == restart ]] || continue
  "${as[@]}" "$bin/pg_ctl" restart -m immediate -w -t 60 -D "$folder/data" -l "$folder/server.log" > /dev/null < /dev/null 2>&1
  echo restarted
done
