"""Accuracy of the models, a row a TOML beside this file, measured against what it expects.

    python benchmarks/accuracy/run.py [NAME ...] [--json FILE]

Choices are made on validation nodes; test nodes are looked at once, at the chosen epoch. A row
that misses its ``at_least``, or exceeds its ``leak_above``, ends the program with status 1.
"""

import argparse
import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from gnnlab.data import Split, load, random_split
from gnnlab.experiments.depth import depth_row
from gnnlab.experiments.listops import compare_tree_and_text
from gnnlab.experiments.node_classification import Recipe, train_gcn
from gnnlab.experiments.palindromes import palindrome_scores

HERE = Path(__file__).parent


def train(row: Mapping[str, Any]) -> dict[str, Any]:
    dataset = load(row["dataset"])
    splits = None
    if "splits" in row:
        splits = [
            random_split(dataset, seed, largest_component=row["largest_component"])
            for seed in range(row["splits"])
        ]
    scores = train_gcn(dataset, range(row["seeds"]), splits=splits).scores
    found = scores["test_accuracy"]
    print(f"  calibration error before {_error(scores, 'before')}, after {_error(scores, 'after')}")
    if splits:
        by_split = np.array(found["per_seed"]).reshape(len(splits), -1).mean(axis=1)
        print(f"  deviation of the splits' means {100 * by_split.std(ddof=1):.2f}")
    return {"mean": found["mean"], "std": found["std"], "macro_f1": scores["macro_f1"]["mean"]}


def _error(scores: Mapping[str, Any], when: str) -> str:
    return f"{100 * scores['calibration'][when]['expected_calibration_error']['mean']:.1f} %"


def depth(row: Mapping[str, Any]) -> dict[str, Any]:
    found = depth_row(load(row["dataset"]), row["layers"], row["remedy"], range(row["seeds"]))
    accuracy = found["test_accuracy"]
    return {"mean": accuracy["mean"], "std": accuracy["std"], "per_seed": accuracy["per_seed"]}


def imbalance(row: Mapping[str, Any]) -> dict[str, Any]:
    """Macro-F1 without and with balanced weights; rare classes keep a tenth of their nodes."""
    dataset = load(row["dataset"])
    kept = []
    for number in range(len(dataset.classes)):
        members = dataset.split.train[dataset.labels[dataset.split.train] == number]
        kept.append(members[: len(members) // 10] if number in row["rare"] else members)
    split = Split(
        "public-imbalanced", np.concatenate(kept), *list(dataset.split.parts().values())[1:]
    )
    uneven = replace(dataset, split=split)
    f1 = {
        weight: np.array(
            train_gcn(uneven, range(row["seeds"]), Recipe(class_weight=weight)).scores["macro_f1"][
                "per_seed"
            ]
        )
        for weight in ("none", "balanced")
    }
    lift = f1["balanced"] - f1["none"]
    for weight, found in f1.items():
        mean, std = 100 * found.mean(), 100 * found.std(ddof=1)
        print(f"  macro-F1, weights {weight}: {mean:.2f} +- {std:.2f}")
    return {"mean": float(lift.mean()), "std": float(lift.std(ddof=1)), "what": "lift of macro-F1"}


def palindromes(row: Mapping[str, Any]) -> dict[str, Any]:
    """The accuracy of the length that is learned worst."""
    rows = palindrome_scores([row["model"]], row["lengths"], range(row["seeds"]))["rows"]
    for each in rows:
        print(f"  length {each['length']}: {100 * each['accuracy']['mean']:.2f} %", end="")
        print(f", {each['steps']['mean']:.0f} steps, {each['seconds']['mean']:.0f} s")
    return min((each["accuracy"] for each in rows), key=lambda found: found["mean"])


def listops(row: Mapping[str, Any]) -> dict[str, Any]:
    """By how much the tree is ahead of the text at depth 4 and more."""
    found = compare_tree_and_text(range(row["seeds"]))
    for each in found["rows"]:
        mean, std = (100 * each["accuracy"][key] for key in ("mean", "std"))
        size = f"{each['parameters']:,} parameters, {each['seconds']:.0f} s"
        print(f"  {each['model']}: {mean:.1f} % +- {std:.1f} at all depths, {size}")
    ahead = found["advantage_depth_4"]
    return {"mean": ahead["mean"] / 100, "std": ahead["std"] / 100, "what": "lead of the tree"}


JOBS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "train gcn": train,
    "depth": depth,
    "imbalance": imbalance,
    "palindromes": palindromes,
    "listops": listops,
}


def main() -> int:
    names = sorted(path.stem for path in HERE.glob("*.toml"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*names, []], metavar="NAME", help=f"{names}")
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    results, status = {}, 0
    for name in arguments.names or names:
        row = tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))
        print(row["what"], flush=True)
        found = results[name] = JOBS[row["job"]](row)
        print(f"  {100 * found['mean']:.2f} % +- {100 * found['std']:.2f}", end="")
        print(f", published {100 * row['published']['mean']:.1f} %" if "published" in row else "")
        expected = row.get("expected", {})
        if found["mean"] < expected.get("at_least", -1) or found["mean"] > expected.get(
            "leak_above", 1
        ):
            print(f"  outside of what is expected: {expected}")
            status = 1
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2) + "\n")
    return status


if __name__ == "__main__":
    raise SystemExit(main())
