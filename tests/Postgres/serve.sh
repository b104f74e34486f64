#!/usr/bin/env bash
# Runs a PostgreSQL server in a temporary folder, from the programs that are installed on this machine.
#
# Usage: serve.sh PORT
#
# Prints "ready FOLDER" when the server accepts connections on 127.0.0.1:PORT (user velodrome, no password). The server stops and
# its folder is deleted when standard input ends, which also happens when the calling process dies. The line "restart" on standard
# input crashes the server and starts it again: every connection breaks and uncommitted work is lost. The script then prints "restarted".
# The line "stop" crashes the server until the next "restart", and the script prints "stopped".
set -euo pipefail
cd / # the server's user may not be allowed to read the current folder
port=$1

# PostgreSQL refuses to run as root. Its package creates the user postgres.
run_as=()
if (($(id -u) == 0)); then run_as=(runuser -u postgres --); fi

bin=$(dirname "$(command -v pg_ctl || ls -d /usr/lib/postgresql/*/bin/pg_ctl | sort -V | tail -n 1)")
folder=$("${run_as[@]}" mktemp -d "${TMPDIR:-/tmp}/velodrome-postgres-XXXXXX")

stop() {
  "${run_as[@]}" "$bin/pg_ctl" stop -D "$folder/data" -m immediate > /dev/null 2>&1 || true
  rm -rf "$folder"
}
trap stop EXIT
trap 'exit 1' INT TERM

"${run_as[@]}" "$bin/initdb" -D "$folder/data" -U velodrome --auth=trust --encoding=UTF8 --locale=C --no-sync > "$folder/initdb.log" 2>&1 ||
  { cat "$folder/initdb.log" >&2; exit 1; }

# Without fsync a power cut loses data, but a killed process does not. The options are in the file so that they survive a restart.
"${run_as[@]}" tee -a "$folder/data/postgresql.conf" > /dev/null << END
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$folder'
max_connections = 300
fsync = off
END

"${run_as[@]}" "$bin/pg_ctl" start -w -t 60 -D "$folder/data" -l "$folder/server.log" > /dev/null < /dev/null 2>&1 ||
  { cat "$folder/server.log" >&2; exit 1; }
echo "ready $folder"
while read -r line; do # until standard input ends
  if [[ $line == stop ]]; then
    "${run_as[@]}" "$bin/pg_ctl" stop -m immediate -w -t 60 -D "$folder/data" > /dev/null < /dev/null 2>&1
    echo stopped
    continue
  fi
  [[ $line == restart ]] || continue
  "${run_as[@]}" "$bin/pg_ctl" restart -m immediate -w -t 60 -D "$folder/data" -l "$folder/server.log" > /dev/null < /dev/null 2>&1
  echo restarted
done
