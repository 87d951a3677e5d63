"""NumPy's correlation product of every window: what a lab has for r alone, without any null. Prints CPU seconds as JSON:
a general product, and the one of a matrix with itself.

    OPENBLAS_NUM_THREADS=1 python3 bench/peer_numpy.py CHANNELS BINS_PER_WINDOW WINDOWS
"""
import json
import sys
import time

import numpy as np

channels, bins, windows = map(int, sys.argv[1:4])
counts = np.random.default_rng(1).poisson(0.05, (windows, bins, channels)).astype(np.float32)
# a copy of its own: NumPy takes the half as dear syrk where both sides are the same array
copies = [(window, window.copy()) for window in counts]
times = {}
for name, pairs in (("gemmS", copies), ("syrkS", [(window, window) for window in counts])):
    _ = pairs[0][0].T @ pairs[0][1]
    began = time.process_time()
    for left, right in pairs:
        product = left.T @ right
    times[name] = time.process_time() - began
print(json.dumps(times))
