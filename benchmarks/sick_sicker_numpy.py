"""Sick-Sicker by hand in numpy, every draw at once: what a careful modeller would write for this one model.

Two distinct cohorts (with and without treatment B); discounted weighted time per state; then dot products.
"""

from typing import Any

import numpy as np

CYCLES = 75


def sick_sicker(p: dict[str, Any]) -> tuple[np.ndarray, ...]:
    """Cost, QALY, life-years and undiscounted life-years, (strategy, draw) each, half-cycle corrected: SoC, A, B, AB."""
    p_hd = 1 - np.exp(-p["r_HD"])
    p_s1d = 1 - np.exp(-p["r_HD"] * p["hr_S1"])
    p_s2d = 1 - np.exp(-p["r_HD"] * p["hr_S2"])
    p_hs1 = 1 - np.exp(-p["r_HS1"])
    p_s1h = 1 - np.exp(-p["r_S1H"])
    time = [_time(p_hd, p_s1d, p_s2d, p_hs1, p_s1h, 1 - np.exp(-p["r_S1S2"] * hr)) for hr in (1.0, p["hr_S1S2_trtB"])]
    cost, qaly, years, undiscounted = [], [], [], []
    for use_a, use_b in ((0, 0), (1, 0), (0, 1), (1, 1)):
        h, s1, s2, alive = time[use_b]
        extra = use_a * p["c_trtA"] + use_b * p["c_trtB"]
        cost.append(h * p["c_H"] + s1 * (p["c_S1"] + extra) + s2 * (p["c_S2"] + extra))
        qaly.append(h * p["u_H"] + s1 * (p["u_trtA"] if use_a else p["u_S1"]) + s2 * p["u_S2"])
        years.append(h + s1 + s2)
        undiscounted.append(alive)
    return np.array(cost), np.array(qaly), np.array(years), np.array(undiscounted)


def _time(p_hd: Any, p_s1d: Any, p_s2d: Any, p_hs1: Any, p_s1h: Any, p_s1s2: Any) -> list[np.ndarray]:
    """Discounted years in H, S1 and S2, and undiscounted years alive (draw,)."""
    hs1, hh = (1 - p_hd) * p_hs1, (1 - p_hd) * (1 - p_hs1)
    s1h, s1s2 = (1 - p_s1d) * p_s1h, (1 - p_s1d) * p_s1s2
    s1s1, s2s2 = (1 - p_s1d) * (1 - p_s1h - p_s1s2), 1 - p_s2d
    h, s1, s2 = np.ones_like(p_hd), np.zeros_like(p_hd), np.zeros_like(p_hd)
    total = [0.5 * h, 0.5 * s1, 0.5 * s2, 0.5 * (h + s1 + s2)]
    for k in range(1, CYCLES + 1):
        h, s1, s2 = h * hh + s1 * s1h, h * hs1 + s1 * s1s1, s1 * s1s2 + s2 * s2s2
        within = 0.5 if k == CYCLES else 1.0
        weight = within * 1.03**-k
        total[0] += weight * h
        total[1] += weight * s1
        total[2] += weight * s2
        total[3] += within * (h + s1 + s2)
    return total
