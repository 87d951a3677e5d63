"""Correlations of all windows in NumPy: what a lab has for r, without any null. 50 ms bins, half overlapping windows.

  gemm      float32 products of the segments that windows share, added up by nobody
  syrk      the same of each segment with itself: NumPy then computes half of it
  windows   z-scores of every window and their float32 product (gemm)
  corrcoef  numpy.corrcoef of every window

    OPENBLAS_NUM_THREADS=1 python3 bench/peer_numpy.py CHANNELS BINS WINDOWS RATE_HZ
Prints the median of five rounds after the first, in seconds of the processor, as JSON.
"""
import json
import statistics
import sys
import time

import numpy as np

channels, bins, windows = map(int, sys.argv[1:4])
step = bins // (windows + 1)
counts = np.random.default_rng(1).poisson(float(sys.argv[4]) * 0.05, (channels, bins)).astype(np.float32)


def product_of_scores(x):
    scores = (x - x.mean(1, keepdims=True)) / np.maximum(x.std(1, keepdims=True), 1e-12)
    return scores @ scores.copy().T


def seconds(work, parts):
    times = []
    for _ in range(6):
        began = time.process_time()
        for part in parts:
            work(part)
        times.append(time.process_time() - began)
    return statistics.median(times[1:])


segments = [counts[:, k * step : (k + 1) * step] for k in range(windows + 1)]
spans = [counts[:, k * step : (k + 2) * step] for k in range(windows)]
print(json.dumps({
    "gemm": seconds(lambda pair: pair[0] @ pair[1].T, [(x, x.copy()) for x in segments]),
    "syrk": seconds(lambda x: x @ x.T, segments),
    "windows": seconds(product_of_scores, spans),
    "corrcoef": seconds(np.corrcoef, spans),
    "numpy": np.__version__,
}))
