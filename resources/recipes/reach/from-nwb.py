"""An NWB file of DANDI 000127 (Area2_Bump) -> spikes.csv and reaches.csv for TAVRNN Studio.

usage: python3 from-nwb.py FILE.nwb OUT     (needs h5py and NumPy)

A reach is 0.1 s before to 0.5 s after movement began, of rewarded trials without a bump in the centre, labelled by its direction.
"context" is the same length of time that ends 0.1 s before the reach begins; one that overlaps an earlier reach is left out, and so is
its reach, so that both are equally many. The paper does not say how its context windows were cut.
"""
import os
import sys

import h5py
import numpy as np

source, out = sys.argv[1:3]
with h5py.File(source, "r") as nwb:
    units, trials = nwb["units"], nwb["intervals/trials"]
    ends = units["spike_times_index"][:]
    times = units["spike_times"][:]
    columns = {name: trials[name][:] for name in ("start_time", "move_onset_time", "cond_dir", "ctr_hold_bump", "result")}
begin = times.min()
os.makedirs(out, exist_ok=True)
with open(os.path.join(out, "spikes.csv"), "w") as file:
    file.write("channel,time_s\n")
    first = 0
    for unit, end in enumerate(ends):
        for time in times[first:end]:
            file.write(f"{unit},{time - begin:.5f}\n")
        first = end
rewarded = np.array([text.decode() if isinstance(text, bytes) else str(text) for text in columns["result"]]) == "R"
wanted = rewarded & ~columns["ctr_hold_bump"].astype(bool) & np.isfinite(columns["move_onset_time"]) & np.isfinite(columns["cond_dir"])
kept, last = 0, -np.inf
with open(os.path.join(out, "reaches.csv"), "w") as file:
    file.write("start_s,end_s,label\n")
    for onset, direction in zip(columns["move_onset_time"][wanted], columns["cond_dir"][wanted]):
        reach = onset - begin - 0.1
        context = reach - 0.7
        if context < 0 or context < last:
            continue
        last = reach + 0.6
        file.write(f"{context:.4f},{context + 0.6:.4f},context\n{reach:.4f},{reach + 0.6:.4f},target {int(round(float(direction)))}\n")
        kept += 1
print(f"{len(ends)} units, {len(times)} spikes, {kept} reaches and as many context windows")
