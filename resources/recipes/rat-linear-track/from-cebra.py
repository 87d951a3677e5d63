"""achilles.jl of CEBRA's demo data -> spikes.csv and visits.csv for TAVRNN Studio.

usage: python3 from-cebra.py achilles.jl OUT     (needs joblib and NumPy)

A .jl file is a pickle: open only the one whose MD5 sum is the one CEBRA names. Bins of 25 ms hold counts; a count k becomes k
spikes at the middle of its bin, so that bins of 25 ms from 0 give the same counts again. Visits are the longest runs inside
[0, 0.2) m and [1.4, 1.6] m of the 1.6 m track.
"""
import os
import sys

import joblib
import numpy as np

BIN_S, TRACK_M, ZONE_M = 0.025, 1.6, 0.2

source, out = sys.argv[1:3]
data = joblib.load(source)
counts = np.asarray(data["spikes"]).astype(int)
place = np.asarray(data["position"], dtype=float)[:, 0]
if len(counts) != len(place):
    sys.exit(f"{len(counts)} bins of spikes, {len(place)} of positions")
if not (place.min() >= -0.05 and 1.5 <= place.max() <= 1.75):
    sys.exit(f"positions go from {place.min():.2f} to {place.max():.2f}; metres of a {TRACK_M} m track were expected")
os.makedirs(out, exist_ok=True)
with open(os.path.join(out, "spikes.csv"), "w") as file:
    file.write("channel,time_s\n")
    for unit in range(counts.shape[1]):
        for bin_ in np.flatnonzero(counts[:, unit]):
            file.write(f"{unit},{(bin_ + 0.5) * BIN_S:.4f}\n" * counts[bin_, unit])
zone = np.where(place < ZONE_M, "A", np.where(place >= TRACK_M - ZONE_M, "B", ""))
visits = 0
with open(os.path.join(out, "visits.csv"), "w") as file:
    file.write("start_s,end_s,label\n")
    begin = 0
    for bin_ in range(1, len(zone) + 1):
        if bin_ < len(zone) and zone[bin_] == zone[begin]:
            continue
        if zone[begin]:
            file.write(f"{begin * BIN_S:.3f},{bin_ * BIN_S:.3f},{zone[begin]}\n")
            visits += 1
        begin = bin_
print(f"{counts.shape[1]} units, {counts.sum()} spikes, {len(counts) * BIN_S:.1f} s, {visits} visits")
