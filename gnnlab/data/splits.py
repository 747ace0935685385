"""Which nodes a model learns from, is chosen by, and is judged on."""

import hashlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Split:
    """Node numbers (not masks) of the three parts, and the name that results are reported under."""

    name: str
    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray

    def parts(self) -> dict[str, np.ndarray]:
        """The three parts by name."""
        return {"train": self.train, "validation": self.validation, "test": self.test}

    @property
    def sha256(self) -> str:
        """A hash of the node numbers of all three parts, in order."""
        hashed = hashlib.sha256()
        for part, nodes in self.parts().items():
            hashed.update(f"{part} {len(nodes)} ".encode())
            hashed.update(np.sort(nodes).astype("<i8").tobytes())
        return hashed.hexdigest()
