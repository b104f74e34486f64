#!/usr/bin/env bash
# Makes the README's picture of a real run: starts the service on an empty folder, trains, and keeps what it draws.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

url=http://127.0.0.1:${1:-5099}
data=$(mktemp -d)
dotnet build src/Api
dotnet artifacts/bin/Api/debug/Velodrome.Api.dll --urls "$url" --DataFolder "$data" & # not `dotnet run`, whose child would outlive it
service=$!
trap 'kill $service; wait $service || true; rm -rf "$data"' EXIT
until curl -sf "$url/health/ready" > /dev/null; do sleep 0.2; done

# The lesson's run, as docs/lesson.md has it.
curl -sf "$url/api/v1/runs" -H 'Content-Type: application/json' -H 'Prefer: wait=60' -d '{
  "name": "by heart", "dataset": "noisy-sine", "target": "y",
  "validation": { "split": "random", "fraction": 0.5 },
  "network": { "hidden": [128, 64] },
  "training": { "epochs": 100, "batchSize": 32, "learningRate": 0.01, "weightDecay": 0, "seed": 2 },
  "earlyStopping": null
}' > /dev/null
curl -sf "$url/api/v1/runs/1/curve.svg?width=860&height=380" > docs/images/by-heart.svg
