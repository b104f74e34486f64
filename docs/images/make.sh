#!/usr/bin/env bash
# Creates the picture in the README: starts the service on an empty data folder, trains a run, and saves the curves that it draws.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

url=http://127.0.0.1:${1:-5099}
data=$(mktemp -d)
dotnet build src/Api
dotnet artifacts/bin/Api/debug/Velodrome.Api.dll --urls "$url" --DataFolder "$data" & # `dotnet run` would leave a child process behind
service=$!
trap 'kill $service; wait $service || true; rm -rf "$data"' EXIT
until curl -sf "$url/health/ready" > /dev/null; do sleep 0.2; done

# The same request as in docs/lesson.md.
curl -sf "$url/api/v1/runs" -H 'Content-Type: application/json' -H 'Prefer: wait=60' -d '{
  "name": "memorised", "dataset": "noisy-sine", "target": "y",
  "validation": { "split": "random", "fraction": 0.5 },
  "network": { "hidden": [128, 64] },
  "training": { "epochs": 100, "batchSize": 32, "learningRate": 0.01, "weightDecay": 0, "seed": 2 },
  "earlyStopping": null
}' > /dev/null
curl -sf "$url/api/v1/runs/1/curve.svg?width=860&height=380" > docs/images/memorised.svg
