"""Barnes–Hut t-SNE of scikit-learn. python3 bench/peer_sklearn.py POINTS.f32 COLUMNS STEPS JOBS OUT.f32; prints JSON. Debian: python3-sklearn."""
import json
import sys
import time

import numpy as np
import sklearn
from sklearn.manifold import TSNE

points, columns, steps, jobs, out = sys.argv[1], *map(int, sys.argv[2:5]), sys.argv[5]
x = np.fromfile(points, np.float32).reshape(-1, columns)
began, cpu = time.perf_counter(), time.process_time()
model = TSNE(2, perplexity=30, init="pca", learning_rate="auto", n_iter=steps, random_state=0, n_jobs=jobs)
y = model.fit_transform(x)
seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu
y.astype(np.float32).tofile(out)
print(json.dumps({"seconds": seconds, "cpuSeconds": cpu_seconds, "kl": float(model.kl_divergence_), "sklearn": sklearn.__version__}))
