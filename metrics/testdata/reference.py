"""Writes reference.json: what NumPy, SciPy and scikit-learn give for the
measures that package metrics compares itself with. Run with NumPy 1.24, SciPy
1.10 and scikit-learn 1.2 or later:

    python3 reference.py > reference.json
"""
import json

import numpy as np
import scipy.linalg
import scipy.optimize
import scipy.spatial.distance
import scipy.special
import scipy.stats
import sklearn.metrics
import sklearn.metrics.pairwise
import sklearn.model_selection
import sklearn.neighbors

random = np.random.RandomState(1)


def numbers(x):
    """As a list, with matrices under their shape; float32 where tensors are."""
    x = np.asarray(x)
    return {"shape": list(x.shape), "data": [float(f"{v:.9g}") for v in x.flatten().tolist()]}


def vectors(n, d, scale=1.0, shift=0.0):
    return (random.randn(n, d) * scale + shift).astype(np.float32)


def frechet(x, y):
    """As pytorch-fid's calculate_frechet_distance."""
    x, y = x.astype(np.float64), y.astype(np.float64)
    a, b = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    root = scipy.linalg.sqrtm(a.dot(b))
    apart = x.mean(0) - y.mean(0)
    return float(apart.dot(apart) + np.trace(a) + np.trace(b) - 2 * np.trace(root.real))


def frechet_cases():
    mix = random.randn(5, 5)
    pairs = {
        "regular": (vectors(60, 5), (vectors(40, 5, 1.5, 0.3) @ mix).astype(np.float32)),
        "far apart": (vectors(30, 3), vectors(30, 3, 0.1, 20)),
        "one feature is never excited": tuple(np.hstack([v, np.zeros((len(v), 1), np.float32)]) for v in (vectors(40, 3), vectors(40, 3, 2))),
        "fewer samples than features": (vectors(4, 6), vectors(5, 6)),
    }
    return [{"name": k, "x": numbers(x), "y": numbers(y), "value": frechet(x, y)} for k, (x, y) in pairs.items()]


def inception_score():
    p = random.dirichlet([0.3] * 4, size=50).astype(np.float32)
    scores = []
    for part in np.split(p.astype(np.float64), 5):
        scores.append(np.exp(scipy.stats.entropy(part.T, part.mean(0)[:, None]).mean()))
    return {"p": numbers(p), "splits": 5, "mean": float(np.mean(scores)), "sd": float(np.std(scores))}


def kernel_distance():
    x, y = vectors(30, 6), vectors(30, 6, 1.2, 0.2)
    k = lambda a, b: sklearn.metrics.pairwise.polynomial_kernel(a.astype(np.float64), b.astype(np.float64), degree=3, gamma=1 / 6, coef0=1)
    off = lambda m: (m.sum() - np.trace(m)) / (30 * 29)
    return {"x": numbers(x), "y": numbers(y), "value": float(off(k(x, x)) + off(k(y, y)) - 2 * k(x, y).mean())}


def manifold(k=3):
    """Naeem et al.'s formulas on scikit-learn's neighbours."""
    samples, data = vectors(50, 4, 0.9, 0.4), vectors(70, 4)
    reach = lambda v: sklearn.neighbors.NearestNeighbors(n_neighbors=k + 1).fit(v).kneighbors(v)[0][:, k]
    of_samples, of_data = reach(samples), reach(data)
    apart = sklearn.metrics.pairwise_distances(data, samples)
    inside = apart <= of_data[:, None]
    return {
        "samples": numbers(samples), "data": numbers(data), "k": k,
        "precision": float(inside.any(0).mean()), "recall": float((apart <= of_samples[None, :]).any(1).mean()),
        "density": float(inside.sum() / (k * len(samples))), "coverage": float(inside.any(1).mean()),
    }


def two_sample():
    samples, data = vectors(40, 3, 0.7, 0.5), vectors(40, 3)
    kind = np.repeat([1, 0], 40)
    nearest = sklearn.neighbors.KNeighborsClassifier(n_neighbors=1)
    told = sklearn.model_selection.cross_val_predict(nearest, np.vstack([samples, data]), kind, cv=sklearn.model_selection.LeaveOneOut())
    return {"samples": numbers(samples), "data": numbers(data),
            "on_fake": float((told[:40] == 1).mean()), "on_real": float((told[40:] == 0).mean())}


def neighbours():
    samples, data = vectors(10, 5), vectors(40, 5)
    distance, index = sklearn.neighbors.NearestNeighbors(n_neighbors=1).fit(data).kneighbors(samples)
    return {"samples": numbers(samples), "data": numbers(data), "distance": numbers(distance[:, 0]), "index": index[:, 0].tolist()}


def lines():
    cases = []
    for n, m in [(1, 1), (7, 7), (5, 8), (12, 3)]:
        a, b = vectors(n, 1)[:, 0], vectors(m, 1, 2, 1)[:, 0]
        cases.append({"a": numbers(a), "b": numbers(b), "value": float(scipy.stats.wasserstein_distance(a, b))})
    return cases


def divergences():
    cases = []
    for n in (2, 5, 9):
        p, q = random.randint(0, 5, n).astype(float) + (np.arange(n) == 0), random.rand(n) + 0.1
        a, b = p / p.sum(), q / q.sum()
        cases.append({"p": p.tolist(), "q": q.tolist(), "kl": float(scipy.special.rel_entr(a, b).sum()),
                      "js": float(scipy.spatial.distance.jensenshannon(a, b) ** 2)})
    return cases


def emd(n, m):
    p, q, cost = random.rand(n), random.rand(m), random.rand(n, m).round(3)
    p, q = p / p.sum(), q / q.sum()
    sums = np.zeros((n + m, n * m))
    for i in range(n):
        sums[i, i * m:(i + 1) * m] = 1
    for j in range(m):
        sums[n + j, j::m] = 1
    best = scipy.optimize.linprog(cost.flatten(), A_eq=sums, b_eq=np.hstack([p, q]), method="highs")
    assert best.status == 0
    return {"p": p.tolist(), "q": q.tolist(), "cost": cost.tolist(), "value": float(best.fun)}


def assignment():
    a, b = vectors(60, 2), vectors(60, 2, 2, 1)
    apart = scipy.spatial.distance.cdist(a, b)
    return {"a": numbers(a), "b": numbers(b), "value": float(apart[scipy.optimize.linear_sum_assignment(apart)].mean())}


def clusters():
    clusters, labels = random.randint(0, 7, 200), random.randint(0, 5, 200)
    clusters[:120] = labels[:120]
    counts = sklearn.metrics.cluster.contingency_matrix(clusters, labels)
    rows, columns = scipy.optimize.linear_sum_assignment(counts, maximize=True)
    return {"clusters": clusters.tolist(), "labels": labels.tolist(), "accuracy": float(counts[rows, columns].sum() / 200),
            "information": float(sklearn.metrics.mutual_info_score(labels, clusters))}


print(json.dumps({
    "frechet": frechet_cases(), "inception_score": inception_score(), "kernel_distance": kernel_distance(),
    "manifold": manifold(), "two_sample": two_sample(), "neighbours": neighbours(), "lines": lines(),
    "divergences": divergences(), "emd": [emd(4, 4), emd(6, 9), emd(30, 25)], "assignment": assignment(), "clusters": clusters(),
}))
