"""The same work as an import with h5py, pandas and NumPy: read ten million spikes, check them, sort, split by channel, write.

    python3 peer_import.py csv|npz|hdf5|phy|parquet PATH OUT.npz      prints {"spikes": n, "seconds": s, "peakMB": m} as JSON
    python3 peer_import.py make FOLDER SPIKES                         writes the files that both sides read

`seconds` is this program's own time after its imports; the bench times the whole process, as it does ours.
"""

import hashlib
import json
import resource
import sys
import time

import h5py
import numpy as np
import pandas as pd


def make(folder: str, count: int) -> None:
    import os

    rng = np.random.default_rng(1)
    channel_count, rate = 900, 20_000
    channels = rng.integers(0, channel_count, count).astype(np.int32)
    frames = np.sort(rng.integers(0, 1800 * rate, count))
    times = frames / rate
    places = np.stack([np.arange(channel_count) % 30 * 42.0, np.arange(channel_count) // 30 * 42.0], axis=1)
    np.savez(os.path.join(folder, "spikes.npz"), spike_times=times, channels=channels)
    pd.DataFrame({"channel": channels, "time_s": times}).to_csv(os.path.join(folder, "spikes.csv"), index=False, float_format="%.5f")
    os.makedirs(os.path.join(folder, "phy"), exist_ok=True)
    np.save(os.path.join(folder, "phy", "spike_times.npy"), frames.astype(np.uint64))
    np.save(os.path.join(folder, "phy", "spike_clusters.npy"), channels)
    np.save(os.path.join(folder, "phy", "channel_positions.npy"), places)
    with open(os.path.join(folder, "phy", "params.py"), "w") as file:
        file.write(f"sample_rate = {rate}.\n")
    order = np.argsort(channels, kind="stable")
    with h5py.File(os.path.join(folder, "spikes.h5"), "w") as file:
        file["spikes"] = times[order]
        file["sCount"] = np.bincount(channels, minlength=channel_count).astype(np.int32)
        file["epos"] = places.T
    try:
        pd.DataFrame({"channel": channels, "time_s": times}).to_parquet(os.path.join(folder, "spikes.parquet"), index=False)
    except ImportError:
        pass


def read(kind: str, path: str) -> tuple[np.ndarray, np.ndarray]:
    """Channel and time in seconds of every spike."""
    if kind in ("csv", "parquet"):
        table = pd.read_csv(path) if kind == "csv" else pd.read_parquet(path)
        return table["channel"].to_numpy(), table["time_s"].to_numpy()
    if kind == "npz":
        with np.load(path) as arrays:
            return arrays["channels"], arrays["spike_times"]
    if kind == "phy":
        frames = np.load(f"{path}/spike_times.npy")
        with open(f"{path}/params.py") as file:
            rate = float(file.read().split("=")[1])
        return np.load(f"{path}/spike_clusters.npy"), frames / rate
    with h5py.File(path, "r") as file:
        counts = file["sCount"][:]
        return np.repeat(np.arange(len(counts)), counts), file["spikes"][:]


def files_of(kind: str, path: str) -> list[str]:
    return [f"{path}/{name}" for name in ("spike_times.npy", "spike_clusters.npy")] if kind == "phy" else [path]


def work(kind: str, path: str, out: str) -> int:
    channels, times = read(kind, path)
    if not np.isfinite(times).all() or (times < 0).any():
        raise SystemExit("a time that is none")
    order = np.lexsort((times, channels))
    channels, times = channels[order], times[order]
    labels, counts = np.unique(channels, return_counts=True)
    offsets = np.concatenate([[0], np.cumsum(counts)])
    steps = np.diff(times)
    within = channels[1:] == channels[:-1]
    duplicates = int((within & (steps == 0)).sum())
    violations = int((within & (steps > 0) & (steps < 1e-3)).sum())
    hashes = []
    for name in files_of(kind, path):
        with open(name, "rb") as file:
            hashes.append(hashlib.file_digest(file, "sha256").hexdigest())
    np.savez(out, times=times, offsets=offsets, labels=labels, checks=np.array([duplicates, violations]), sources=np.array(hashes))
    return len(times)


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2], int(sys.argv[3]))
        print("{}")
    else:
        began = time.perf_counter()
        spikes = work(sys.argv[1], sys.argv[2], sys.argv[3])
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        print(json.dumps({"spikes": spikes, "seconds": time.perf_counter() - began, "peakMB": peak}))
