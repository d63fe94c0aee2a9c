#!/bin/sh
# Runs the simulation (OUTRIDER_SIMULATION_STEPS steps a round) and the engine's laws again and again with fresh seeds,
# and kills the process OUTRIDER_KILLS times a round, for the given number of minutes. Says how much of it passed, also
# where a round failed.
set -eu
cd "$(dirname "$0")/.."
end=$(($(date +%s) + ${1:-10} * 60))
round=0
steps=0
kills=0
trap 'echo "Passed: $steps steps of the simulation, $kills kills of the process, in $round rounds"' EXIT
while [ "$(date +%s)" -lt "$end" ]; do
    round=$((round + 1))
    seed=$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')
    echo "==> round $round, seeds from $seed"
    OUTRIDER_FIRST_SEED="$seed" OUTRIDER_SIMULATION_STEPS="${OUTRIDER_SIMULATION_STEPS:-12000}" \
        .venv/bin/python -m pytest tests/simulation -q -n auto
    steps=$((steps + ${OUTRIDER_SIMULATION_STEPS:-12000}))
    OUTRIDER_EXAMPLES=50 \
        .venv/bin/python -m pytest tests -q -n auto --ignore tests/e2e --ignore tests/simulation -k "not at_rest"
    OUTRIDER_FIRST_SEED="$seed" OUTRIDER_SEEDS=200 \
        .venv/bin/python -m pytest tests/sync/test_engine.py -q -k at_rest
    OUTRIDER_FIRST_SEED="$seed" OUTRIDER_KILLS="${OUTRIDER_KILLS:-40}" \
        .venv/bin/python -m pytest tests/e2e/test_process.py -q
    kills=$((kills + ${OUTRIDER_KILLS:-40}))
done
echo "Done: $round rounds without a failure"
