"""What networks and tables are made of, and how they are made again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas
    from torch import nn

    from gnnlab.nn.spatiotemporal.supports import Supports

Parts = Mapping[str, Any]

MODULES = ("gnnlab.nn.", "torch.nn.modules.")  # whose modules may be made again


def module_parts(module: nn.Module) -> Parts:
    """Its class, its attributes, its weights and the modules in it."""
    from torch import nn

    weights = {**module._parameters, **module._buffers}
    return {
        "kind": f"{type(module).__module__}.{type(module).__name__}",
        "attributes": {
            name: value for name, value in vars(module).items() if name not in vars(nn.Module())
        },
        "weights": {
            name: None if weight is None else weight.detach().cpu().numpy()
            for name, weight in weights.items()
        },
        "buffers": [*module._buffers],
        "modules": dict(module._modules),
    }


def module_of(parts: Parts) -> nn.Module:
    """The same, in evaluation mode; its class is not asked to draw weights first."""
    import torch
    from torch import nn

    place, _, name = parts["kind"].rpartition(".")
    if not place.startswith(MODULES):
        raise ValueError(f"a module must be one of {' or '.join(MODULES)}, got {parts['kind']}")
    kind = getattr(import_module(place), name)
    if not issubclass(kind, nn.Module):
        raise ValueError(f"a module must be one of torch, got {parts['kind']}")
    module = kind.__new__(kind)
    nn.Module.__init__(module)
    for name, array in parts["weights"].items():
        weight = None if array is None else torch.tensor(array)
        if name in parts["buffers"]:
            module.register_buffer(name, weight)
        else:
            module.register_parameter(name, None if weight is None else nn.Parameter(weight))
    for name, inner in parts["modules"].items():
        module.add_module(name, inner)
    for name, value in parts["attributes"].items():
        setattr(module, name, value)
    return module.eval()


def supports_parts(supports: Supports) -> Parts:
    """Its matrices as they are."""
    return {
        "matrices": [
            {"data": each.data, "indices": each.indices, "indptr": each.indptr}
            for each in supports.matrices
        ],
        "num_nodes": supports.num_nodes,
        "steps": supports.steps,
        "chebyshev": supports.chebyshev,
        "layout": supports.layout,
    }


def supports_of(parts: Parts) -> Supports:
    """The same in the same layout."""
    from scipy.sparse import csr_array

    from gnnlab.nn.spatiotemporal.supports import Supports

    shape = (parts["num_nodes"], parts["num_nodes"])
    matrices = [
        csr_array((each["data"], each["indices"], each["indptr"]), shape=shape)
        for each in parts["matrices"]
    ]
    return Supports(matrices, parts["steps"], parts["chebyshev"], parts["layout"])


def table_parts(table: pandas.DataFrame) -> Parts:
    """Columns of numbers as arrays, of words as lists, ``None`` where there is none."""
    return {
        "index": [*map(str, table.index)],
        "name": table.index.name,
        "columns": {
            str(name): column.to_numpy()
            if column.dtype.kind in "iufb"
            else [
                None if missing else str(word)
                for word, missing in zip(column, column.isna(), strict=True)
            ]
            for name, column in table.items()
        },
    }


def table_of(parts: Parts) -> pandas.DataFrame:
    """The table, indexed by names."""
    import pandas

    index = pandas.Index(parts["index"], name=parts["name"], dtype=object)
    return pandas.DataFrame(dict(parts["columns"]), index=index)


# By the name of their class, or of one that it is made from.
OTHERS: Mapping[str, tuple[Callable[[Any], Parts], Callable[[Parts], Any]]] = {
    "Module": (module_parts, module_of),
    "Supports": (supports_parts, supports_of),
    "DataFrame": (table_parts, table_of),
}
